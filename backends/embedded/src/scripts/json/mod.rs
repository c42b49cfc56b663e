//! `cjson`: JSON, with the limits and error texts of the servers' library.
//!
//! [`encode`] writes, [`decode`] reads; here are the settings that a script can change.

mod decode;
mod encode;

use std::cell::RefCell;
use std::rc::Rc;

use mlua::{Function, Lua, MultiValue, Table, Value};

use super::raise::{bad_argument, error, number_argument, text_argument};

/// How deep values may be nested whatever a script sets, so that the stack of this thread is enough.
const DEEPEST: usize = 2000;

/// The settings that scripts can change.
#[derive(Clone, Debug)]
struct Settings {
    encode_depth: usize,
    decode_depth: usize,
    /// The significant digits of a number.
    precision: usize,
    sparse: Sparse,
    /// Numbers that JSON does not have.
    encode_invalid: Invalid,
    decode_invalid: bool,
    keeps_buffer: bool,
    /// Arrays get the metatable that tells them from objects.
    marks_arrays: bool,
}

/// Which tables have too many gaps to be arrays.
#[derive(Clone, Copy, Debug)]
struct Sparse {
    /// They become objects; otherwise they are errors.
    becomes_object: bool,
    ratio: usize,
    /// An array up to this index is never too sparse.
    safe: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Invalid {
    Refused,
    Allowed,
    Null,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            encode_depth: 1000,
            decode_depth: 1000,
            precision: 14,
            sparse: Sparse { becomes_object: false, ratio: 2, safe: 10 },
            encode_invalid: Invalid::Refused,
            decode_invalid: true,
            keeps_buffer: true,
            marks_arrays: false,
        }
    }
}

/// The settings, and the metatable of arrays.
struct Json {
    settings: RefCell<Settings>,
    array: Table,
}

pub(super) fn library(lua: &Lua, has_array_option: bool) -> mlua::Result<Table> {
    let json = Rc::new(Json { settings: RefCell::default(), array: lua.create_table()? });
    let library = lua.create_table()?;
    let add = |name: &str, function: Function| library.raw_set(name, function);
    add(
        "encode",
        with(lua, &json, |lua, json, arguments| {
            single(lua, arguments)?;
            let value = arguments.front().cloned().unwrap_or(Value::Nil);
            let text = encode::encode(&json.settings.borrow(), &json.array, &value);
            let text = text.map_err(|text| error(lua, text))?;
            lua.create_string(text).map(Value::String)
        })?,
    )?;
    add(
        "decode",
        with(lua, &json, |lua, json, arguments| {
            single(lua, arguments)?;
            let text = text_argument(lua, arguments, 1)?;
            let settings = json.settings.borrow();
            decode::decode(lua, &settings, &json.array, &text.as_bytes())
        })?,
    )?;
    add(
        "encode_max_depth",
        with(lua, &json, |lua, json, arguments| {
            let settings = &mut json.settings.borrow_mut();
            integer(lua, arguments, 1, &mut settings.encode_depth, 1, i32::MAX as usize)
        })?,
    )?;
    add(
        "decode_max_depth",
        with(lua, &json, |lua, json, arguments| {
            let settings = &mut json.settings.borrow_mut();
            integer(lua, arguments, 1, &mut settings.decode_depth, 1, i32::MAX as usize)
        })?,
    )?;
    add(
        "encode_number_precision",
        with(lua, &json, |lua, json, arguments| {
            let settings = &mut json.settings.borrow_mut();
            integer(lua, arguments, 1, &mut settings.precision, 1, 14)
        })?,
    )?;
    add(
        "encode_keep_buffer",
        with(lua, &json, |lua, json, arguments| {
            boolean(lua, arguments, 1, &mut json.settings.borrow_mut().keeps_buffer)
        })?,
    )?;
    add(
        "decode_invalid_numbers",
        with(lua, &json, |lua, json, arguments| {
            boolean(lua, arguments, 1, &mut json.settings.borrow_mut().decode_invalid)
        })?,
    )?;
    add(
        "encode_invalid_numbers",
        with(lua, &json, |lua, json, arguments| {
            encode_invalid(lua, arguments, &mut json.settings.borrow_mut().encode_invalid)
        })?,
    )?;
    let settings = Rc::clone(&json);
    add(
        "encode_sparse_array",
        lua.create_function(move |lua, arguments: MultiValue| {
            let sparse = &mut settings.settings.borrow_mut().sparse;
            let becomes_object = boolean(lua, &arguments, 1, &mut sparse.becomes_object)?;
            let ratio = integer(lua, &arguments, 2, &mut sparse.ratio, 0, i32::MAX as usize)?;
            let safe = integer(lua, &arguments, 3, &mut sparse.safe, 0, i32::MAX as usize)?;
            Ok((becomes_object, ratio, safe))
        })?,
    )?;
    if has_array_option {
        add(
            "decode_array_with_array_mt",
            with(lua, &json, |lua, json, arguments| {
                boolean(lua, arguments, 1, &mut json.settings.borrow_mut().marks_arrays)
            })?,
        )?;
    }
    add(
        "new",
        lua.create_function(move |lua, _: MultiValue| self::library(lua, has_array_option))?,
    )?;
    library.raw_set("null", Value::NULL)?;
    library.raw_set("_NAME", "cjson")?;
    library.raw_set("_VERSION", "2.1.0")?;
    Ok(library)
}

fn with(
    lua: &Lua,
    json: &Rc<Json>,
    function: fn(&Lua, &Json, &MultiValue) -> mlua::Result<Value>,
) -> mlua::Result<Function> {
    let json = Rc::clone(json);
    lua.create_function(move |lua, arguments: MultiValue| function(lua, &json, &arguments))
}

fn single(lua: &Lua, arguments: &MultiValue) -> mlua::Result<()> {
    match arguments.len() {
        1 => Ok(()),
        _ => Err(bad_argument(lua, 1, "expected 1 argument")),
    }
}

fn is_given(arguments: &MultiValue, position: usize) -> bool {
    arguments.get(position - 1).is_some_and(|argument| !argument.is_nil())
}

/// Sets a number if it is given, and returns it.
fn integer(
    lua: &Lua,
    arguments: &MultiValue,
    position: usize,
    setting: &mut usize,
    min: usize,
    max: usize,
) -> mlua::Result<Value> {
    if is_given(arguments, position) {
        let number = number_argument(lua, arguments, position)?;
        if !(min as f64..=max as f64).contains(&number) {
            let text = format!("expected integer between {min} and {max}");
            return Err(bad_argument(lua, position, &text));
        }
        *setting = number as usize;
    }
    Ok(Value::Number(*setting as f64))
}

/// Sets a switch if it is given, as a boolean or as a word, and returns it.
fn boolean(
    lua: &Lua,
    arguments: &MultiValue,
    position: usize,
    setting: &mut bool,
) -> mlua::Result<Value> {
    match arguments.get(position - 1) {
        None | Some(Value::Nil) => {}
        Some(Value::Boolean(value)) => *setting = *value,
        Some(_) => *setting = word(lua, arguments, position, &["off", "on"])? == 1,
    }
    Ok(Value::Boolean(*setting))
}

fn encode_invalid(lua: &Lua, arguments: &MultiValue, setting: &mut Invalid) -> mlua::Result<Value> {
    match arguments.front() {
        None | Some(Value::Nil) => {}
        Some(Value::Boolean(false)) => *setting = Invalid::Refused,
        Some(Value::Boolean(true)) => *setting = Invalid::Allowed,
        Some(_) => {
            *setting = match word(lua, arguments, 1, &["off", "on", "null"])? {
                0 => Invalid::Refused,
                1 => Invalid::Allowed,
                _ => Invalid::Null,
            };
        }
    }
    match setting {
        Invalid::Null => lua.create_string("null").map(Value::String),
        other => Ok(Value::Boolean(*other == Invalid::Allowed)),
    }
}

/// The place of a word among those that are allowed.
fn word(lua: &Lua, arguments: &MultiValue, position: usize, words: &[&str]) -> mlua::Result<usize> {
    let given = text_argument(lua, arguments, position)?;
    let place = words.iter().position(|word| word.as_bytes() == &*given.as_bytes());
    place.ok_or_else(|| {
        bad_argument(lua, position, &format!("invalid option '{}'", given.to_string_lossy()))
    })
}
