//! What a test asked to go wrong.

use std::collections::VecDeque;

use crate::wire::ErrorReply;

/// Errors that wait for the commands which they will be the answer to.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: VecDeque<Fault>,
}

#[derive(Debug)]
struct Fault {
    /// Lower case; any command if there is none.
    command: Option<String>,
    error: ErrorReply,
}

impl Faults {
    /// The next command, or the next one of that name, is answered with `error` and not executed.
    pub(crate) fn plan(&mut self, command: Option<&str>, error: ErrorReply) {
        let command = command.map(str::to_ascii_lowercase);
        self.waiting.push_back(Fault { command, error });
    }

    /// The error for this command, if one waits for it.
    pub(crate) fn take_for(&mut self, command: &str) -> Option<ErrorReply> {
        if self.waiting.is_empty() {
            return None;
        }
        let meant = |fault: &Fault| fault.command.as_deref().is_none_or(|name| name == command);
        let place = self.waiting.iter().position(meant)?;
        self.waiting.remove(place).map(|fault| fault.error)
    }
}
