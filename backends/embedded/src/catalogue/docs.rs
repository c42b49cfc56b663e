//! What `COMMAND DOCS` says of a command in sentences. They are ours: servers are asked for facts
//! only.

use super::Command;

/// One command a paragraph: its name, its complexity, its summary.
const DOCS: &str = include_str!("docs.txt");

/// The sentences about one command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Docs {
    pub(crate) complexity: &'static str,
    pub(crate) summary: &'static str,
}

impl Command {
    /// The sentences about it; empty ones, if nobody has written them.
    pub(crate) fn docs(&self) -> Docs {
        let mut lines = DOCS.lines();
        if !lines.by_ref().any(|line| line == self.name) {
            return Docs::default();
        }
        let mut line = || lines.next().unwrap_or_default().trim_start();
        Docs { complexity: line(), summary: line() }
    }
}
