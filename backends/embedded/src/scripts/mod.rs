//! The interpreter of scripts: Lua 5.1 as Redis runs it.
//!
//! It knows no commands and no state. A script that calls a command asks its [`Host`], which lives on
//! a floor above. Reading order: this file; [`host`] (the questions of a running script); [`raise`]
//! (errors); [`sandbox`] (what a script sees); [`library`] (`redis.call` and its siblings);
//! [`convert`] (between Lua and the protocol); [`memory`] (its limit); then the libraries that scripts use: [`json`],
//! [`msgpack`], [`structs`], [`bits`] and [`random`].

mod bits;
mod convert;
mod host;
mod json;
mod library;
mod memory;
mod msgpack;
mod raise;
mod random;
mod register;
mod sandbox;
mod structs;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use mlua::{
    Function, HookTriggers, Lua, LuaOptions, LuaString, RegistryKey, StdLib, Table, Value, VmState,
};

use crate::profile::scripts::ScriptBehaviour;
use crate::wire::Reply;
use convert::Written;
use host::{Exchange, Question, Shared};
use memory::Limit;
use raise::Raised;
use sandbox::Environment;

pub(crate) use host::{Host, Interrupt};
pub(crate) use raise::Failure;
pub(crate) use register::{NAME_RULE, Registration, ScriptFlags, is_name};

/// How many instructions a script runs before its host may interrupt it.
const INSTRUCTIONS: u32 = 100_000;

/// The interpreter of one server.
pub(crate) struct Interpreter {
    lua: Lua,
    shared: Shared,
    /// `KEYS` and `ARGV` are set in it for each script.
    scripts: Environment,
    functions: Environment,
    /// The variables of a library while it loads, in place of those of functions.
    loading: Table,
    /// The names of the variables `KEYS` and `ARGV`.
    names: [LuaString; 2],
    /// Calls a function and catches its errors.
    xpcall: Function,
    /// The same with two arguments.
    protected: Function,
    on_error: Function,
}

impl fmt::Debug for Interpreter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Interpreter").finish_non_exhaustive()
    }
}

/// A compiled script, or a function that a library registered. The interpreter keeps it, as it has room
/// for a few thousand values in the hands of Rust only.
#[derive(Clone, Debug)]
pub(crate) struct Callable(Rc<RegistryKey>);

impl Callable {
    fn new(lua: &Lua, function: &Function) -> mlua::Result<Self> {
        Ok(Self(Rc::new(lua.create_registry_value(function)?)))
    }
}

/// The result of a script, before it becomes a reply.
pub(crate) struct Returned {
    value: Value,
    /// The script spoke RESP3 when it ended.
    in_resp3: bool,
    behaviour: &'static ScriptBehaviour,
}

impl Interpreter {
    pub(crate) fn new(behaviour: &'static ScriptBehaviour) -> Result<Self, Failure> {
        Self::build(behaviour).map_err(|error| Failure::of(&error))
    }

    fn build(behaviour: &'static ScriptBehaviour) -> mlua::Result<Self> {
        let libraries = StdLib::STRING | StdLib::TABLE | StdLib::MATH | StdLib::OS;
        let lua = Lua::new_with(libraries, LuaOptions::new())?;
        let shared: Shared = Rc::new(RefCell::new(Exchange::new(behaviour)));
        let sandbox = sandbox::build(&lua, &shared)?;
        let protected =
            lua.load(include_str!("protected.lua")).set_name("=host").call(&sandbox.xpcall)?;
        lua.set_globals(sandbox.scripts.seen.clone())?;
        let interpreter = Self {
            on_error: sandbox.on_error,
            scripts: sandbox.scripts,
            functions: sandbox.functions,
            loading: sandbox.loading,
            names: [lua.create_string("KEYS")?, lua.create_string("ARGV")?],
            xpcall: sandbox.xpcall,
            protected,
            shared,
            lua,
        };
        interpreter.watch(INSTRUCTIONS)?;
        Ok(interpreter)
    }

    /// Lets the host interrupt a script after so many instructions.
    fn watch(&self, instructions: u32) -> mlua::Result<()> {
        watch(&self.lua, Rc::clone(&self.shared), instructions)
    }

    /// Compiles a script, or the code of a library. The error is the compiler's.
    pub(crate) fn compile(&self, code: &[u8], kind: Kind) -> Result<Callable, Vec<u8>> {
        let (name, environment) = match kind {
            Kind::Script => ("@user_script", &self.scripts),
            Kind::Library => ("@user_function", &self.functions),
        };
        // Scripts that were forgotten make room.
        self.lua.expire_registry_values();
        let function = raise::compile(&self.lua, code, name, &environment.seen)?;
        Callable::new(&self.lua, &function).map_err(|error| error.to_string().into_bytes())
    }

    /// Runs a script.
    pub(crate) fn run_script<'a>(
        &self,
        script: &Callable,
        keys: impl Iterator<Item = &'a [u8]>,
        args: impl Iterator<Item = &'a [u8]>,
        host: &mut dyn Host,
    ) -> Result<Returned, Failure> {
        let set = || {
            let [keys_name, args_name] = &self.names;
            self.scripts.real.raw_set(keys_name, self.list(keys)?)?;
            self.scripts.real.raw_set(args_name, self.list(args)?)
        };
        set().map_err(|error: mlua::Error| Failure::of(&error))?;
        self.run(script, None, host)
    }

    /// Calls a function of a library.
    pub(crate) fn run_function<'a>(
        &self,
        function: &Callable,
        keys: impl Iterator<Item = &'a [u8]>,
        args: impl Iterator<Item = &'a [u8]>,
        host: &mut dyn Host,
    ) -> Result<Returned, Failure> {
        let lists = self.list(keys).and_then(|keys| Ok((keys, self.list(args)?)));
        let (keys, args) = lists.map_err(|error| Failure::of(&error))?;
        self.run(function, Some((keys, args)), host)
    }

    /// Runs the code of a library, and returns the functions that it registers.
    pub(crate) fn load_library(
        &self,
        library: &Callable,
        host: &mut dyn Host,
    ) -> Result<Vec<Registration>, Failure> {
        self.shared.borrow_mut().loading = Some(Vec::new());
        let result =
            self.show_functions(&self.loading).and_then(|()| self.run(library, None, host));
        let registered = self.shared.borrow_mut().loading.take();
        self.show_functions(&self.functions.real)?;
        result.map(|_| registered.unwrap_or_default())
    }

    /// Sets what functions see as their global variables.
    fn show_functions(&self, variables: &Table) -> Result<(), Failure> {
        let metatable = self.functions.seen.metatable();
        let set = metatable.map_or(Ok(()), |metatable| metatable.raw_set("__index", variables));
        set.map_err(|error| Failure::of(&error))
    }

    fn list<'a>(&self, words: impl Iterator<Item = &'a [u8]>) -> mlua::Result<Table> {
        let list = self.lua.create_table_with_capacity(words.size_hint().0, 0)?;
        for (index, word) in words.enumerate() {
            list.raw_set(index + 1, self.lua.create_string(word)?)?;
        }
        Ok(list)
    }

    fn run(
        &self,
        callable: &Callable,
        arguments: Option<(Table, Table)>,
        host: &mut dyn Host,
    ) -> Result<Returned, Failure> {
        let function: Function =
            self.lua.registry_value(&callable.0).map_err(|error| Failure::of(&error))?;
        let is_function = arguments.is_some();
        self.shared.borrow_mut().begin(is_function);
        let result = host::serve(host, || {
            let _limit = Limit::set(&self.lua);
            match arguments {
                None => self.xpcall.call::<(bool, Value)>((&function, &self.on_error)),
                Some((keys, args)) => self.protected.call((&function, &self.on_error, keys, args)),
            }
        });
        let (in_resp3, was_killed) = self.shared.borrow_mut().end();
        if was_killed {
            // The hook of a killed script runs at each instruction. Setting it again cannot fail.
            let _ = self.watch(INSTRUCTIONS);
        }
        match result {
            Ok((true, value)) => {
                let behaviour = self.shared.borrow().behaviour;
                Ok(Returned { value, in_resp3, behaviour })
            }
            Ok((false, error)) => Err(Failure::caught(&error)),
            Err(error) => Err(Failure::of(&error)),
        }
    }
}

/// The purpose of compiled code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Script,
    Library,
}

impl Returned {
    /// Whether the reply is an error.
    pub(crate) fn is_error(&self) -> bool {
        let Value::Table(table) = &self.value else { return false };
        matches!(table.raw_get("err"), Ok(Value::String(_)))
    }

    /// Writes the reply.
    pub(crate) fn write(&self, reply: &mut Reply<'_>) -> Written {
        convert::write(&self.value, self.in_resp3, self.behaviour, reply)
    }
}

/// The name of a script: the SHA-1 of its code, in hexadecimal digits.
pub(crate) fn sha1_hex(code: &[u8]) -> String {
    sha1_smol::Sha1::from(code).digest().to_string()
}

fn watch(lua: &Lua, shared: Shared, instructions: u32) -> mlua::Result<()> {
    let triggers = HookTriggers::new().every_nth_instruction(instructions);
    lua.set_global_hook(triggers, move |lua, _| {
        if shared.borrow().has_failed {
            return Ok(VmState::Continue);
        }
        if !shared.borrow().was_killed {
            host::ask(&shared, Question::Interrupt);
            if !shared.borrow().was_killed {
                return Ok(VmState::Continue);
            }
        }
        // A script could catch the error: so the next instruction fails too.
        watch(lua, Rc::clone(&shared), 1)?;
        Err(Raised::Killed.into())
    })
}
