//! Scripts and libraries of functions, and the script that runs.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use bytes::Bytes;
use foldhash::fast::RandomState;

use super::State;
use crate::profile::Behaviour;
use crate::scripts::{Callable, Failure, Interpreter, Registration, ScriptFlags};
use crate::state::ids::ClientKey;
use crate::state::pubsub::Frame;
use crate::time::Timestamp;
use crate::wire::{ErrorReply, Protocol, Request};

/// Everything about scripts that one server knows.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    /// There is none before the first script.
    interpreter: Option<Rc<Interpreter>>,
    pub(crate) known: KnownScripts,
    pub(crate) libraries: Libraries,
    pub(crate) running: Option<Running>,
    /// A command of a script had keys of several slots.
    pub(crate) met_several_slots: bool,
}

/// The scripts that are compiled.
#[derive(Debug, Default)]
pub(crate) struct KnownScripts {
    /// By the hash of their code, as `EVALSHA` finds them.
    by_hash: HashMap<Rc<str>, Rc<Script>, RandomState>,
    /// By their code: so `EVAL` needs no hash of a script that it knows.
    by_code: HashMap<Bytes, Rc<Script>, RandomState>,
}

impl KnownScripts {
    pub(crate) fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// The script with this hash, in lower case.
    pub(crate) fn with_hash(&self, hash: &str) -> Option<&Rc<Script>> {
        self.by_hash.get(hash)
    }

    pub(crate) fn with_code(&self, code: &[u8]) -> Option<&Rc<Script>> {
        self.by_code.get(code)
    }

    pub(crate) fn add(&mut self, script: &Rc<Script>) {
        self.by_hash.insert(Rc::clone(&script.name), Rc::clone(script));
        self.by_code.insert(script.code.clone(), Rc::clone(script));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// A script that is compiled.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) name: Rc<str>,
    pub(crate) code: Bytes,
    pub(crate) callable: Callable,
    /// The flags of its header; `None` if it has none.
    pub(crate) flags: Option<ScriptFlags>,
}

/// A library of functions.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    pub(crate) code: Bytes,
    pub(crate) functions: Vec<Registration>,
}

/// All libraries, and their functions by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Libraries {
    libraries: BTreeMap<Box<[u8]>, Library>,
    /// By the name in lower case.
    functions: HashMap<Box<[u8]>, Function, RandomState>,
}

/// A function, and the name of its library.
#[derive(Clone, Debug)]
struct Function {
    library: Box<[u8]>,
    registration: Registration,
}

impl Libraries {
    /// The libraries, by name.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &Library)> + Clone {
        self.libraries.iter().map(|(name, library)| (&**name, library))
    }

    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.libraries.contains_key(name)
    }

    /// The number of functions in all libraries.
    pub(crate) fn functions(&self) -> usize {
        self.functions.len()
    }

    /// The function with this name, in any letter case, and its library.
    pub(crate) fn function(&self, name: &[u8]) -> Option<(&[u8], &Registration)> {
        let function = self.functions.get(name.to_ascii_lowercase().as_slice())?;
        Some((&function.library, &function.registration))
    }

    /// Adds a library, in place of the one with this name.
    pub(crate) fn add(&mut self, name: &[u8], library: Library) {
        self.remove(name);
        for function in &library.functions {
            let lower = function.name.to_ascii_lowercase().into();
            let function = Function { library: name.into(), registration: function.clone() };
            self.functions.insert(lower, function);
        }
        self.libraries.insert(name.into(), library);
    }

    /// Removes a library; false if there is none.
    pub(crate) fn remove(&mut self, name: &[u8]) -> bool {
        let removed = self.libraries.remove(name);
        for function in removed.iter().flat_map(|library| &library.functions) {
            self.functions.remove(function.name.to_ascii_lowercase().as_slice());
        }
        removed.is_some()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The script that runs.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) name: Rc<str>,
    pub(crate) is_function: bool,
    pub(crate) request: Request,
    pub(crate) began: Timestamp,
    pub(crate) has_written: bool,
    /// Another client asked for its end.
    pub(crate) is_killed: bool,
    /// It has run for so long that other clients are refused.
    pub(crate) is_busy: bool,
}

impl Running {
    /// The command that kills it.
    pub(crate) fn killer(&self) -> &'static str {
        if self.is_function { "FUNCTION KILL" } else { "SCRIPT KILL" }
    }
}

impl Scripts {
    /// The interpreter. The first script of a server starts it.
    pub(crate) fn interpreter(
        &mut self,
        profile: &'static Behaviour,
    ) -> Result<Rc<Interpreter>, Failure> {
        if let Some(interpreter) = &self.interpreter {
            return Ok(Rc::clone(interpreter));
        }
        let interpreter = Rc::new(Interpreter::new(&profile.scripts)?);
        self.interpreter = Some(Rc::clone(&interpreter));
        Ok(interpreter)
    }

    /// The error for other clients, if a script has run for too long.
    pub(crate) fn busy(&self, profile: &Behaviour) -> Option<ErrorReply> {
        let running = self.running.as_ref().filter(|running| running.is_busy)?;
        let text = profile.scripts.texts.busy;
        Some(text.replace("{kill}", running.killer()).into())
    }
}

/// The state of the command that runs a script, while other clients are served.
#[derive(Debug)]
pub(crate) struct Suspended {
    current_client: Option<ClientKey>,
    request: Option<Bytes>,
    deferred: Vec<(Protocol, Frame)>,
}

impl State {
    /// Lets other clients be served in the middle of a command.
    pub(crate) fn suspend(&mut self) -> Suspended {
        let broadcast = &self.broadcast;
        let deferred = std::mem::take(&mut self.deferred).into_iter();
        Suspended {
            current_client: self.current_client.take(),
            request: self.request.take(),
            deferred: deferred
                .map(|(protocol, frame)| (protocol, frame.detached(protocol, broadcast)))
                .collect(),
        }
    }

    /// Goes on with the command.
    pub(crate) fn resume(&mut self, suspended: Suspended) {
        self.current_client = suspended.current_client;
        self.request = suspended.request;
        self.deferred = suspended.deferred;
    }
}
