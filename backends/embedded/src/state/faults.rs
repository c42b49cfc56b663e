//! Errors that a test has planned.

use std::collections::VecDeque;

use crate::wire::ErrorReply;

/// Planned errors, each waiting for its command.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: VecDeque<Fault>,
}

#[derive(Debug)]
struct Fault {
    /// In lower case; `None` matches any command.
    command: Option<String>,
    error: ErrorReply,
}

impl Faults {
    /// Makes the next command, or the next command of that name, fail with `error`. It does not
    /// run.
    pub(crate) fn inject(&mut self, command: Option<&str>, error: ErrorReply) {
        let command = command.map(str::to_ascii_lowercase);
        self.waiting.push_back(Fault { command, error });
    }

    /// How many planned errors wait for their command.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the planned error for this command, if there is one.
    pub(crate) fn take_for(&mut self, command: &str) -> Option<ErrorReply> {
        if self.waiting.is_empty() {
            return None;
        }
        let matches = |fault: &Fault| fault.command.as_deref().is_none_or(|name| name == command);
        let place = self.waiting.iter().position(matches)?;
        self.waiting.remove(place).map(|fault| fault.error)
    }
}
