//! The sentences of `COMMAND DOCS`. They are our own: the catalogue takes only facts from servers.

use super::Command;

/// One paragraph per command: name, complexity, summary.
const DOCS: &str = include_str!("docs.txt");

/// The documentation of one command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Docs {
    pub(crate) complexity: &'static str,
    pub(crate) summary: &'static str,
}

impl Command {
    /// The documentation of this command; empty if `docs.txt` has none.
    pub(crate) fn docs(&self) -> Docs {
        let mut lines = DOCS.lines();
        if !lines.by_ref().any(|line| line == self.name) {
            return Docs::default();
        }
        let mut line = || lines.next().unwrap_or_default().trim_start();
        Docs { complexity: line(), summary: line() }
    }
}
