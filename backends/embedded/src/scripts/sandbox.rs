//! The view of a script: its global variables, none of which it can change.
//!
//! Lua 5.1 has no tables that cannot be changed. So a script sees an empty table in place of each, whose
//! metatable reads from the real one and refuses changes. The functions that could look behind it are
//! replaced.

use std::rc::Rc;

use mlua::{Function, Lua, MultiValue, Table, Value};

use super::host::Shared;
use super::{bits, json, library, msgpack, raise, random, structs};

const READ_ONLY: &str = "Attempt to modify a readonly table";

/// The global functions and tables of Lua that scripts see on every server.
const GLOBALS: &[&str] = &[
    "_VERSION",
    "assert",
    "collectgarbage",
    "error",
    "gcinfo",
    "getmetatable",
    "ipairs",
    "pcall",
    "rawequal",
    "select",
    "tonumber",
    "tostring",
    "type",
    "unpack",
    "xpcall",
];

/// The libraries of Lua that scripts see as they are.
const LIBRARIES: &[&str] = &["string", "table", "coroutine"];

pub(super) struct Sandbox {
    pub(super) scripts: Environment,
    pub(super) functions: Environment,
    /// The real table of the global variables of a library while it loads.
    pub(super) loading: Table,
    pub(super) on_error: Function,
    /// The function as Lua has it.
    pub(super) xpcall: Function,
}

/// A table of global variables, and what a script sees of it.
pub(super) struct Environment {
    pub(super) real: Table,
    pub(super) seen: Table,
}

pub(super) fn build(lua: &Lua, shared: &Shared) -> mlua::Result<Sandbox> {
    let behaviour = shared.borrow().behaviour;
    let seal = Seal::new(lua)?;
    let xpcall = lua.globals().raw_get("xpcall")?;
    replace_catchers(lua, shared)?;
    let handler = Rc::clone(shared);
    let on_error = lua.create_function(move |lua, error| raise::handle(lua, &handler, error))?;
    let globals = lua.globals();
    let common = lua.create_table()?;
    for name in GLOBALS.iter().chain(behaviour.globals) {
        common.raw_set(*name, globals.raw_get::<Value>(*name)?)?;
    }
    if behaviour.globals.contains(&"print") {
        common.raw_set("print", lua.create_function(|_, _: MultiValue| Ok(()))?)?;
    }
    for name in LIBRARIES {
        common.raw_set(*name, seal.sealed(lua, &globals.raw_get(*name)?)?)?;
    }
    let math: Table = globals.raw_get("math")?;
    random::add_to(lua, &math)?;
    common.raw_set("math", seal.sealed(lua, &math)?)?;
    if behaviour.globals.contains(&"os") {
        let os = lua.create_table()?;
        os.raw_set("clock", globals.raw_get::<Table>("os")?.raw_get::<Value>("clock")?)?;
        common.raw_set("os", seal.sealed(lua, &os)?)?;
    }
    for (name, library) in [
        ("bit", bits::library(lua)?),
        ("cjson", json::library(lua, behaviour.json_has_array_option)?),
        ("cmsgpack", msgpack::library(lua)?),
        ("struct", structs::library(lua)?),
    ] {
        common.raw_set(name, seal.sealed(lua, &library)?)?;
    }
    for name in behaviour.handlers {
        common.raw_set(*name, &on_error)?;
    }
    seal.replace_functions(lua, &common)?;
    if behaviour.seals_methods {
        let methods = lua.create_string("")?;
        let methods: Table = globals.raw_get::<Function>("getmetatable")?.call(methods)?;
        methods.raw_set("__metatable", &seal.nothing)?;
    }

    let scripts = environment(lua, shared, &seal, Some(&common), library::script(lua, shared)?)?;
    let functions =
        environment(lua, shared, &seal, Some(&common), library::function(lua, shared)?)?;
    let loading = library::loading(lua, shared)?;
    refuse_missing(lua, &loading)?;
    let loading = environment(lua, shared, &seal, None, loading)?.real;
    Ok(Sandbox { scripts, functions, loading, on_error, xpcall })
}

fn environment(
    lua: &Lua,
    shared: &Shared,
    seal: &Seal,
    common: Option<&Table>,
    library: Table,
) -> mlua::Result<Environment> {
    let real = lua.create_table()?;
    let library = seal.sealed(lua, &library)?;
    for name in shared.borrow().behaviour.libraries {
        real.raw_set(*name, &library)?;
    }
    refuse_missing(lua, &real)?;
    let seen = seal.sealed(lua, &real)?;
    if let Some(common) = common {
        for pair in common.pairs::<Value, Value>() {
            let (name, value) = pair?;
            real.raw_set(name, value)?;
        }
        real.raw_set("_G", &seen)?;
        load_functions(lua, &real, &seen)?;
    }
    Ok(Environment { real, seen })
}

/// Makes a read of a missing name an error.
fn refuse_missing(lua: &Lua, table: &Table) -> mlua::Result<()> {
    let missing = lua.create_table()?;
    let refuse = lua.create_function(|lua, (_, name): (Value, Value)| {
        let name = match name {
            Value::String(name) => name.to_string_lossy(),
            other => other.to_string()?,
        };
        let text = format!("Script attempted to access nonexistent global variable '{name}'");
        Err::<(), _>(raise::error(lua, text))
    })?;
    missing.raw_set("__index", refuse)?;
    table.set_metatable(Some(missing))
}

/// Functions that compile code, for one environment.
fn load_functions(lua: &Lua, real: &Table, seen: &Table) -> mlua::Result<()> {
    let environment = seen.clone();
    let load = move |lua: &Lua, code: &[u8], name: &[u8]| -> mlua::Result<(Value, Value)> {
        match raise::compile(lua, code, &String::from_utf8_lossy(name), &environment) {
            Ok(function) => Ok((Value::Function(function), Value::Nil)),
            Err(text) => Ok((Value::Nil, Value::String(lua.create_string(text)?))),
        }
    };
    let load = Rc::new(load);
    let loads = Rc::clone(&load);
    real.raw_set(
        "loadstring",
        lua.create_function(move |lua, arguments: MultiValue| {
            let code = raise::text_argument(lua, &arguments, 1)?;
            let name = match arguments.get(1) {
                None | Some(Value::Nil) => code.clone(),
                Some(_) => raise::text_argument(lua, &arguments, 2)?,
            };
            loads(lua, &code.as_bytes(), &name.as_bytes())
        })?,
    )?;
    real.raw_set(
        "load",
        lua.create_function(move |lua, arguments: MultiValue| {
            let Some(Value::Function(reader)) = arguments.front() else {
                return Err(raise::wrong_type(lua, 1, "function", arguments.front()));
            };
            let mut code = Vec::new();
            while let Value::String(piece) = reader.call::<Value>(())?
                && !piece.as_bytes().is_empty()
            {
                code.extend_from_slice(&piece.as_bytes());
            }
            match arguments.get(1) {
                None | Some(Value::Nil) => load(lua, &code, b"=(load)"),
                Some(_) => load(lua, &code, &raise::text_argument(lua, &arguments, 2)?.as_bytes()),
            }
        })?,
    )
}

/// Replaces the functions that catch errors: see [`raise::caught`].
fn replace_catchers(lua: &Lua, shared: &Shared) -> mlua::Result<()> {
    let globals = lua.globals();
    let caught = lua.create_function(raise::caught)?;
    let keeps_texts = shared.borrow().behaviour.errors_are_tables;
    lua.load(include_str!("catchers.lua")).set_name("=host").call((&globals, caught, keeps_texts))
}

/// Makes tables that a script cannot change.
struct Seal {
    /// From what a script sees to the real table.
    real: Table,
    /// An empty table that cannot be changed: what a script sees of metatables.
    nothing: Table,
    refuse: Function,
}

impl Seal {
    fn new(lua: &Lua) -> mlua::Result<Self> {
        let real = lua.create_table()?;
        let weak = lua.create_table()?;
        weak.raw_set("__mode", "k")?;
        real.set_metatable(Some(weak))?;
        let refuse =
            lua.create_function(|lua, _: MultiValue| Err::<(), _>(raise::error(lua, READ_ONLY)))?;
        let nothing = lua.create_table()?;
        let metatable = lua.create_table()?;
        metatable.raw_set("__newindex", &refuse)?;
        metatable.raw_set("__metatable", &nothing)?;
        nothing.set_metatable(Some(metatable))?;
        real.raw_set(&nothing, lua.create_table()?)?;
        Ok(Self { real, nothing, refuse })
    }

    /// The part of a table that a script sees.
    fn sealed(&self, lua: &Lua, real: &Table) -> mlua::Result<Table> {
        let seen = lua.create_table()?;
        let metatable = lua.create_table()?;
        metatable.raw_set("__index", real)?;
        metatable.raw_set("__newindex", &self.refuse)?;
        metatable.raw_set("__metatable", &self.nothing)?;
        seen.set_metatable(Some(metatable))?;
        self.real.raw_set(&seen, real)?;
        Ok(seen)
    }

    /// Replaces the functions that could look behind what a script sees, or change it.
    fn replace_functions(&self, lua: &Lua, common: &Table) -> mlua::Result<()> {
        let globals = lua.globals();
        for name in ["rawset", "setmetatable"] {
            let (real, original) = (self.real.clone(), globals.raw_get::<Function>(name)?);
            let guarded = lua.create_function(move |lua, arguments: MultiValue| {
                let table = raise::table_argument(lua, &arguments)?;
                if !real.raw_get::<Value>(&table)?.is_nil() {
                    return Err(raise::Raised::Text(READ_ONLY.into()).into());
                }
                original.call::<MultiValue>(arguments)
            })?;
            common.raw_set(name, guarded)?;
        }
        let (real, original) = (self.real.clone(), globals.raw_get::<Function>("rawget")?);
        common.raw_set(
            "rawget",
            lua.create_function(move |lua, mut arguments: MultiValue| {
                look_behind(lua, &real, &mut arguments)?;
                original.call::<MultiValue>(arguments)
            })?,
        )?;
        let (real, original) = (self.real.clone(), globals.raw_get::<Function>("next")?);
        let next = original.clone();
        let guarded = lua.create_function(move |lua, mut arguments: MultiValue| {
            look_behind(lua, &real, &mut arguments)?;
            original.call::<MultiValue>(arguments)
        })?;
        let (real, guarded_next) = (self.real.clone(), guarded.clone());
        common.raw_set("next", guarded)?;
        common.raw_set(
            "pairs",
            lua.create_function(move |lua, arguments: MultiValue| {
                let table = raise::table_argument(lua, &arguments)?;
                let is_sealed = !real.raw_get::<Value>(&table)?.is_nil();
                let next = if is_sealed { &guarded_next } else { &next };
                Ok((next.clone(), table, Value::Nil))
            })?,
        )
    }
}

/// Puts the real table in the place of the first argument, which must be a table.
fn look_behind(lua: &Lua, real: &Table, arguments: &mut MultiValue) -> mlua::Result<()> {
    let table = raise::table_argument(lua, arguments)?;
    let behind: Value = real.raw_get(&table)?;
    if !behind.is_nil()
        && let Some(first) = arguments.front_mut()
    {
        *first = behind;
    }
    Ok(())
}
