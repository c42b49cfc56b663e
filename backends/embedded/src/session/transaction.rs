//! What waits between `MULTI` and `EXEC`.

use crate::command::Spec;
use crate::wire::Request;

/// The commands that wait for `EXEC`.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) queue: Vec<(&'static Spec, Request)>,
    /// A command was refused while queueing: `EXEC` will run none.
    pub(crate) refused: bool,
}

/// The keys that `WATCH` looks after.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub(crate) keys: Vec<(usize, Box<[u8]>)>,
    /// Somebody changed one of them: `EXEC` will run nothing.
    pub(crate) broken: bool,
}
