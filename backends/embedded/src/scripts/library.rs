//! The library of a server: `redis.call`, `redis.pcall`, `redis.error_reply` and so on.

use std::rc::Rc;

use mlua::{Lua, MultiValue, Table, Value};

use super::host::{Question, Shared, ask};
use super::memory::Limit;
use super::raise::{self, Raised};
use super::register::Registration;
use super::{convert, sha1_hex};
use crate::wire::{Protocol, up_to_nul};

const LOG_LEVELS: [&str; 4] = ["LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"];

const REPLICATION: [(&str, i64); 5] =
    [("REPL_NONE", 0), ("REPL_AOF", 1), ("REPL_SLAVE", 2), ("REPL_REPLICA", 2), ("REPL_ALL", 3)];

/// The library of scripts.
pub(super) fn script(lua: &Lua, shared: &Shared) -> mlua::Result<Table> {
    let library = function(lua, shared)?;
    let tells = shared.borrow().behaviour.tells_of_replication;
    let exchange = Rc::clone(shared);
    library.raw_set(
        "replicate_commands",
        lua.create_function(move |_, ()| {
            ask(&exchange, Question::HasWritten);
            Ok(!tells || exchange.borrow().answer == Ok(false))
        })?,
    )?;
    library.raw_set("breakpoint", lua.create_function(|_, _: MultiValue| Ok(false))?)?;
    library.raw_set("debug", lua.create_function(|_, _: MultiValue| Ok(()))?)?;
    Ok(library)
}

/// The library of functions, when they are called.
pub(super) fn function(lua: &Lua, shared: &Shared) -> mlua::Result<Table> {
    let library = lua.create_table()?;
    common(lua, shared, &library)?;
    for (name, field) in [("error_reply", "err"), ("status_reply", "ok")] {
        let exchange = Rc::clone(shared);
        library.raw_set(
            name,
            lua.create_function(move |lua, arguments: MultiValue| {
                single_field(lua, &exchange, field, &arguments)
            })?,
        )?;
    }
    let exchange = Rc::clone(shared);
    library.raw_set(
        "sha1hex",
        lua.create_function(move |lua, arguments: MultiValue| {
            if arguments.len() != 1 {
                return Err(raise_reply(&exchange, "wrong number of arguments"));
            }
            // Anything that is no text counts as an empty one.
            let text = raise::text_argument(lua, &arguments, 1);
            Ok(text.map_or_else(|_| sha1_hex(b""), |text| sha1_hex(&text.as_bytes())))
        })?,
    )?;
    for (name, raises) in [("call", true), ("pcall", false)] {
        let exchange = Rc::clone(shared);
        library.raw_set(
            name,
            lua.create_function(move |lua, words: MultiValue| {
                call(lua, &exchange, &words, raises)
            })?,
        )?;
    }
    let exchange = Rc::clone(shared);
    library.raw_set(
        "setresp",
        lua.create_function(move |lua, arguments: MultiValue| setresp(lua, &exchange, &arguments))?,
    )?;
    let exchange = Rc::clone(shared);
    library.raw_set(
        "set_repl",
        lua.create_function(move |lua, arguments: MultiValue| {
            set_repl(lua, &exchange, &arguments)
        })?,
    )?;
    for (name, value) in REPLICATION {
        library.raw_set(name, value)?;
    }
    if !shared.borrow().behaviour.redis_version.is_empty() {
        let exchange = Rc::clone(shared);
        library.raw_set(
            "acl_check_cmd",
            lua.create_function(move |_, words: MultiValue| acl_check_cmd(&exchange, &words))?,
        )?;
    }
    Ok(library)
}

/// The library of code that loads.
pub(super) fn loading(lua: &Lua, shared: &Shared) -> mlua::Result<Table> {
    let library = lua.create_table()?;
    common(lua, shared, &library)?;
    let exchange = Rc::clone(shared);
    library.raw_set(
        "register_function",
        lua.create_function(move |lua, arguments: MultiValue| {
            let name = library_name(&exchange);
            if exchange.borrow().loading.is_none() {
                let text = "can only be called on FUNCTION LOAD command";
                return Err(raise_reply(&exchange, &format!("{name}.register_function {text}")));
            }
            let checks = !exchange.borrow().behaviour.checks_functions_late;
            let registration = Registration::of(lua, name, &arguments, checks);
            let registration = registration.map_err(|text| raise_reply(&exchange, &text))?;
            let mut running = exchange.borrow_mut();
            let loading = running.loading.get_or_insert_default();
            if checks && loading.iter().any(|known| known.name == registration.name) {
                drop(running);
                return Err(raise_reply(&exchange, "Function already exists in the library"));
            }
            loading.push(registration);
            Ok(())
        })?,
    )?;
    Ok(library)
}

/// The part that all of them have.
fn common(lua: &Lua, shared: &Shared, library: &Table) -> mlua::Result<()> {
    let exchange = Rc::clone(shared);
    library.raw_set(
        "log",
        lua.create_function(move |lua, arguments: MultiValue| log(lua, &exchange, &arguments))?,
    )?;
    for (level, name) in LOG_LEVELS.iter().enumerate() {
        library.raw_set(*name, level)?;
    }
    let behaviour = shared.borrow().behaviour;
    let versions = [
        ("REDIS", behaviour.redis_version),
        (behaviour.server_version.0, behaviour.server_version.1),
    ];
    for (name, version) in versions.into_iter().filter(|(_, version)| !version.is_empty()) {
        library.raw_set(format!("{}_VERSION", name.to_ascii_uppercase()), version)?;
        library.raw_set(format!("{}_VERSION_NUM", name.to_ascii_uppercase()), number(version))?;
    }
    if !behaviour.server_version.0.is_empty() {
        library.raw_set("SERVER_NAME", behaviour.server_version.0)?;
    }
    Ok(())
}

/// The version as a number: a byte for each of its three parts.
fn number(version: &str) -> u32 {
    version.split('.').fold(0, |number, part| (number << 8) | part.parse().unwrap_or(0))
}

/// Raises an error reply. Where errors are texts, its code is left out.
fn raise_reply(shared: &Shared, text: &str) -> mlua::Error {
    match shared.borrow().behaviour.errors_are_tables {
        true => Raised::Reply(format!("ERR {text}").into_bytes(), false).into(),
        false => Raised::Text(text.into()).into(),
    }
}

/// Puts the words of a command into the exchange.
fn set_words(shared: &Shared, words: &MultiValue) -> Result<(), &'static str> {
    let exchange = &mut *shared.borrow_mut();
    let behaviour = exchange.behaviour;
    exchange.words.clear();
    if words.is_empty() {
        return Err(behaviour.texts.no_arguments);
    }
    for word in words {
        match word {
            Value::String(text) => exchange.words.push(&text.as_bytes()),
            Value::Integer(number) => {
                let number = convert::number(*number as f64, behaviour);
                exchange.words.push(number.as_bytes());
            }
            Value::Number(number) => {
                exchange.words.push(convert::number(*number, behaviour).as_bytes());
            }
            _ => return Err(behaviour.texts.wrong_arguments),
        }
    }
    Ok(())
}

/// `call` raises an error; `pcall` returns it.
fn call(lua: &Lua, shared: &Shared, words: &MultiValue, raises: bool) -> mlua::Result<Value> {
    let _limit = Limit::lift(lua);
    let words_are_wrong = set_words(shared, words);
    let is_counted = words_are_wrong.is_ok();
    let refusal = match words_are_wrong {
        Err(text) => Some(text.as_bytes().to_vec()),
        Ok(()) => {
            ask(shared, Question::Call);
            let exchange = shared.borrow();
            exchange.answer.as_ref().err().map(|error| error.as_bytes().to_vec())
        }
    };
    let exchange = shared.borrow();
    let error = match refusal {
        Some(text) if !exchange.behaviour.errors_are_tables => {
            let place = lua.inspect_stack(1, |debug| {
                let source = debug.source().source.map(|source| source.into_owned());
                (source.unwrap_or_default(), debug.current_line())
            });
            let (source, line) = place.unwrap_or_default();
            let line = line.map_or_else(|| "-1".to_owned(), |line| line.to_string());
            let text = text.strip_prefix(b"ERR ").unwrap_or(&text);
            Some([format!("{source}: {line}: ").as_bytes(), text].concat())
        }
        Some(text) => Some(text),
        None => exchange.reply.strip_prefix(b"-").map(|error| {
            let end = memchr::memchr(b'\r', error).unwrap_or(error.len());
            error[..end].to_vec()
        }),
    };
    match error {
        None => convert::read(lua, &exchange.reply, exchange.behaviour),
        Some(text) if raises && exchange.behaviour.errors_are_tables => {
            Err(Raised::Reply(text, is_counted).into())
        }
        Some(text) if raises => Err(Raised::Text(text).into()),
        Some(text) => {
            let table = lua.create_table_with_capacity(0, 2)?;
            table.raw_set("err", lua.create_string(text)?)?;
            if exchange.behaviour.errors_are_tables && is_counted {
                table.raw_set(raise::COUNTED, true)?;
            }
            Ok(Value::Table(table))
        }
    }
}

fn library_name(shared: &Shared) -> &'static str {
    shared.borrow().behaviour.libraries.first().copied().unwrap_or_default()
}

fn setresp(lua: &Lua, shared: &Shared, arguments: &MultiValue) -> mlua::Result<()> {
    if arguments.len() != 1 {
        let text = format!("{}.setresp() requires one argument.", library_name(shared));
        return Err(raise_reply(shared, &text));
    }
    let number = raise::number_argument(lua, arguments, 1).unwrap_or_default();
    let protocol = Protocol::from_version(number as i64).ok_or("RESP version must be 2 or 3.");
    let protocol = protocol.map_err(|text| raise_reply(shared, text))?;
    ask(shared, Question::Speak(protocol));
    Ok(())
}

fn set_repl(lua: &Lua, shared: &Shared, arguments: &MultiValue) -> mlua::Result<()> {
    if arguments.len() != 1 {
        let text = shared.borrow().behaviour.texts.set_repl_arguments;
        return Err(raise_reply(shared, text));
    }
    let flags = raise::number_argument(lua, arguments, 1).unwrap_or_default();
    if !(0.0..4.0).contains(&flags) {
        let text = "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.";
        return Err(raise_reply(shared, text));
    }
    Ok(())
}

/// Checks a message for the log of the server. There is no log.
fn log(lua: &Lua, shared: &Shared, arguments: &MultiValue) -> mlua::Result<()> {
    if arguments.len() < 2 {
        let text = format!("{}.log() requires two arguments or more.", library_name(shared));
        return Err(raise_reply(shared, &text));
    }
    let level = raise::number_argument(lua, arguments, 1)
        .map_err(|_| raise_reply(shared, "First argument must be a number (log level)."))?;
    if !(0.0..4.0).contains(&level) {
        let text = shared.borrow().behaviour.texts.invalid_level;
        return Err(raise_reply(shared, text));
    }
    Ok(())
}

/// `error_reply` and `status_reply`: a table with one field.
fn single_field(
    lua: &Lua,
    shared: &Shared,
    field: &str,
    arguments: &MultiValue,
) -> mlua::Result<Table> {
    let errors_are_tables = shared.borrow().behaviour.errors_are_tables;
    let table = lua.create_table_with_capacity(0, 1)?;
    let (Some(Value::String(text)), 1) = (arguments.front(), arguments.len()) else {
        let text = "wrong number or type of arguments";
        let text = match errors_are_tables {
            true => format!("ERR {text}"),
            false => {
                let prefix = raise::prefix(lua);
                let line = prefix.split(':').nth(1).unwrap_or_default();
                format!("@user_script: {line}: {text}")
            }
        };
        table.raw_set("err", text)?;
        return Ok(table);
    };
    if field == "ok" || !errors_are_tables {
        table.raw_set(field, text)?;
    } else {
        let trims = shared.borrow().behaviour.trims_errors_without_a_code;
        table.raw_set(field, lua.create_string(with_code(&text.as_bytes(), trims))?)?;
    }
    Ok(table)
}

/// The text of an error without its `-`. One of a single word gets a code.
fn with_code(text: &[u8], trims_all: bool) -> Vec<u8> {
    let text = up_to_nul(text);
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let is_break = |byte: &u8| b"\r\n".contains(byte);
    let trimmed = &text[..text.iter().rposition(|byte| !is_break(byte)).map_or(0, |last| last + 1)];
    match text.contains(&b' ') {
        true => trimmed.to_vec(),
        false => [&b"ERR "[..], if trims_all { trimmed } else { text }].concat(),
    }
}

fn acl_check_cmd(shared: &Shared, words: &MultiValue) -> mlua::Result<bool> {
    let raise = |text: &[u8]| -> mlua::Error { Raised::Reply(text.to_vec(), false).into() };
    set_words(shared, words).map_err(|text| raise(text.as_bytes()))?;
    ask(shared, Question::MayRun);
    shared.borrow().answer.as_ref().copied().map_err(|error| raise(error.as_bytes()))
}
