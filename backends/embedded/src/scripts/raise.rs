//! Errors: how Rust functions raise them, how scripts catch them, and what is left at the end.

use std::fmt;

use mlua::{Error, Function, Lua, LuaString, Table, Value};

use super::host::Shared;
use crate::wire::up_to_nul;

/// The name of our own Lua code, which the places of errors pass over.
const OWN: &str = "=host";

/// The field of an error reply that the statistics have counted already.
pub(super) const COUNTED: &str = "ignore_error_stats_update";

/// An error that a Rust function raises in a script.
///
/// Lua sees it as a userdata. So everything that catches errors in a script makes a text or a table of
/// it: see [`caught`].
#[derive(Debug)]
pub(super) enum Raised {
    /// A text, as most errors of Lua are.
    Text(Vec<u8>),
    /// The table of an error reply, and whether the statistics have counted it already.
    Reply(Vec<u8>, bool),
    /// The host ended the script.
    Killed,
}

impl fmt::Display for Raised {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Reply(text, _) => String::from_utf8_lossy(text).fmt(formatter),
            Self::Killed => "the script was killed".fmt(formatter),
        }
    }
}

impl std::error::Error for Raised {}

impl From<Raised> for Error {
    fn from(raised: Raised) -> Self {
        Self::external(raised)
    }
}

/// The error of a script that ended with one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure {
    pub(crate) text: Vec<u8>,
    /// The source and the line of the error.
    pub(crate) place: Option<(String, usize)>,
    /// The statistics have counted it already.
    pub(crate) is_counted: bool,
}

impl Failure {
    /// An error of the interpreter itself.
    pub(super) fn of(error: &Error) -> Self {
        Self { text: format!("ERR {}", first_line(error)).into_bytes(), ..Self::default() }
    }

    /// The error that the handler of errors made.
    pub(super) fn caught(value: &Value) -> Self {
        let mut failure = match value {
            Value::Table(table) => Self {
                text: text_field(table, "err").unwrap_or_else(|| b"ERR unknown error".to_vec()),
                place: place_of(table),
                is_counted: matches!(table.raw_get(COUNTED), Ok(true)),
            },
            other => Self { text: [b"ERR ", &*text_of(other)].concat(), ..Self::default() },
        };
        failure.text.truncate(up_to_nul(&failure.text).len());
        failure
    }
}

fn place_of(table: &Table) -> Option<(String, usize)> {
    let source = text_field(table, "source")?;
    let line: usize = table.raw_get("line").ok()?;
    Some((String::from_utf8_lossy(&source).into_owned(), line))
}

fn text_field(table: &Table, field: &str) -> Option<Vec<u8>> {
    match table.raw_get(field).ok()? {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        _ => None,
    }
}

/// A value as `tostring` shows it.
fn text_of(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.as_bytes().to_vec(),
        other => other.to_string().unwrap_or_default().into_bytes(),
    }
}

/// Makes of an error what a script sees of it: a text or a table.
pub(super) fn caught(lua: &Lua, error: Value) -> mlua::Result<Value> {
    let Value::Error(error) = error else { return Ok(error) };
    match error.downcast_ref() {
        Some(Raised::Text(text)) => Ok(Value::String(lua.create_string(text)?)),
        Some(Raised::Reply(text, is_counted)) => {
            Ok(Value::Table(error_table(lua, text, *is_counted)?))
        }
        Some(Raised::Killed) | None => Ok(Value::String(lua.create_string(first_line(&error))?)),
    }
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn error_table(lua: &Lua, text: &[u8], is_counted: bool) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("err", lua.create_string(text)?)?;
    if let Some((source, line)) = place(lua, 1) {
        table.raw_set("source", source)?;
        table.raw_set("line", line)?;
    }
    if is_counted {
        table.raw_set(COUNTED, true)?;
    }
    Ok(table)
}

/// The handler of errors that no script catches. It makes the table that [`Failure::caught`] reads.
pub(super) fn handle(lua: &Lua, shared: &Shared, error: Value) -> mlua::Result<Value> {
    let behaviour = shared.borrow().behaviour;
    shared.borrow_mut().has_failed = true;
    let (was_killed, killed) = (shared.borrow().was_killed, shared.borrow().killed);
    let place = place(lua, 1);
    let value = match was_killed {
        true => Value::String(lua.create_string(killed)?),
        false => caught(lua, error)?,
    };
    let table = match value {
        Value::Table(table) if behaviour.errors_are_tables => table,
        Value::Table(_) => {
            let table = lua.create_table()?;
            table.raw_set("err", behaviour.table_as_error)?;
            return Ok(Value::Table(table));
        }
        other => {
            let (text, code): (_, &[u8]) = (text_of(&other), b"ERR ");
            let code = if behaviour.errors_are_tables { code } else { b"" };
            let table = lua.create_table()?;
            table.raw_set("err", lua.create_string([code, &text].concat())?)?;
            table
        }
    };
    if let Some((source, line)) = place {
        table.raw_set("source", source)?;
        table.raw_set("line", line)?;
    }
    Ok(Value::Table(table))
}

/// The source and the line of the function at a level, or of its caller if it is not a Lua function.
fn place(lua: &Lua, mut level: usize) -> Option<(String, usize)> {
    let at = |level| {
        lua.inspect_stack(level, |debug| {
            let source = debug.source();
            let is_own = source.source.as_deref() == Some(OWN);
            (
                is_own,
                source.what == "C",
                source.source.map(|it| it.into_owned()),
                debug.current_line(),
            )
        })
    };
    let mut passed_c = false;
    loop {
        let (is_own, is_c, source, line) = at(level)?;
        if !is_own && (!is_c || passed_c) {
            return source.zip(line);
        }
        passed_c |= is_c;
        level += 1;
    }
}

/// The beginning of an error text: the place of the function that called the running one.
pub(super) fn prefix(lua: &Lua) -> String {
    let place = lua.inspect_stack(1, |debug| {
        let line = debug.current_line()?;
        let source = debug.source().short_src?.into_owned();
        Some(format!("{source}:{line}: "))
    });
    place.flatten().unwrap_or_default()
}

/// An error of the running function, with the place of its caller.
pub(super) fn error(lua: &Lua, text: impl AsRef<[u8]>) -> Error {
    Raised::Text([prefix(lua).as_bytes(), text.as_ref()].concat()).into()
}

/// The error for an argument of the running function.
pub(super) fn bad_argument(lua: &Lua, position: usize, reason: &str) -> Error {
    let name = lua.inspect_stack(0, |debug| debug.names().name.map(|name| name.into_owned()));
    let name = name.flatten().unwrap_or_else(|| "?".to_owned());
    error(lua, format!("bad argument #{position} to '{name}' ({reason})"))
}

/// The error for an argument of another type.
pub(super) fn wrong_type(lua: &Lua, position: usize, expected: &str, got: Option<&Value>) -> Error {
    let got = got.map_or("no value", type_name);
    bad_argument(lua, position, &format!("{expected} expected, got {got}"))
}

/// The name of a value's type.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "number",
        Value::LightUserData(_) | Value::Error(_) => "userdata",
        other => other.type_name(),
    }
}

/// A text argument; numbers are texts too.
pub(super) fn text_argument(
    lua: &Lua,
    arguments: &mlua::MultiValue,
    position: usize,
) -> mlua::Result<LuaString> {
    let argument = arguments.get(position - 1);
    let text = match argument {
        Some(Value::String(_) | Value::Integer(_) | Value::Number(_)) => {
            lua.coerce_string(argument.cloned().unwrap_or(Value::Nil))?
        }
        _ => None,
    };
    text.ok_or_else(|| wrong_type(lua, position, "string", argument))
}

/// The first argument, which must be a table.
pub(super) fn table_argument(lua: &Lua, arguments: &mlua::MultiValue) -> mlua::Result<Table> {
    match arguments.front() {
        Some(Value::Table(table)) => Ok(table.clone()),
        other => Err(wrong_type(lua, 1, "table", other)),
    }
}

/// A number argument; texts that hold one are numbers too.
pub(super) fn number_argument(
    lua: &Lua,
    arguments: &mlua::MultiValue,
    position: usize,
) -> mlua::Result<f64> {
    let argument = arguments.get(position - 1);
    let number = match argument {
        Some(Value::Integer(number)) => return Ok(*number as f64),
        Some(Value::Number(number)) => return Ok(*number),
        Some(text @ Value::String(_)) => lua.coerce_number(text.clone())?,
        _ => None,
    };
    number.ok_or_else(|| wrong_type(lua, position, "number", argument))
}

/// Compiles code. The error is the compiler's.
pub(super) fn compile(
    lua: &Lua,
    code: &[u8],
    name: &str,
    environment: &Table,
) -> Result<Function, Vec<u8>> {
    // No server runs compiled code: it could break the interpreter.
    let mut text = code;
    if code.first() == Some(&0x1b) {
        text = b"\x01";
    }
    let chunk = lua.load(text).set_name(name).set_environment(environment.clone());
    chunk.into_function().map_err(|error| match error {
        Error::SyntaxError { message, .. } if text.len() < code.len() => {
            message.replace("char(1)", "char(27)").into_bytes()
        }
        Error::SyntaxError { message, .. } => message.into_bytes(),
        other => first_line(&other).into_bytes(),
    })
}
