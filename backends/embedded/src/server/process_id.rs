//! The process that owns a server.

use std::process;

/// The id of a process. A forked child has a copy of its parent's handles, and must not use them:
/// the server's thread runs in the parent only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProcessId(u32);

impl ProcessId {
    /// The process that calls.
    pub(super) fn own() -> Self {
        Self(process::id())
    }

    /// Whether this is the process that calls.
    pub(super) fn is_own(self) -> bool {
        self == Self::own()
    }
}
