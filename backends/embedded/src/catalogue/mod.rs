//! The facts about commands: names, arities, flags, categories, keys, docs.
//!
//! One text file, taken from real servers, holds the facts of all of them; a [`Catalogue`] is what
//! one server says. No handler is known here: a command that the embedded server cannot run is a
//! command all the same. Reading order: this file, [`command`] and its
//! [`facts`] ([`flags`], [`categories`], [`keys`]), [`docs`] (our own sentences), [`read`] (from the
//! text to commands), [`revision`] (what `COMMAND` does not tell).

mod categories;
mod command;
mod docs;
mod facts;
mod flags;
mod keys;
mod read;
mod revision;
#[cfg(test)]
mod tests;

pub(crate) use categories::Categories;
pub(crate) use command::Command;
pub(crate) use flags::Flags;
pub(crate) use keys::{Begin, Extent, KeyAccess, KeySpec};
pub(crate) use revision::Revision;

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;

/// The facts about the commands of every server that can be imitated, as text. The head of the text
/// explains its grammar.
pub const COMMANDS: &str = include_str!("commands.txt");

/// What a catalogue needs to know of its server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Server {
    /// As the text names it: `redis-8.0`.
    pub(crate) name: &'static str,
    /// The first two numbers of its version.
    pub(crate) release: (u32, u32),
    /// Whether `COMMAND` lists subcommands. A server that lists none has them all the same.
    pub(crate) lists_subcommands: bool,
    /// Commands that it has and does not list.
    pub(crate) unlisted: &'static [&'static str],
    /// What `COMMAND` does not tell.
    pub(crate) revisions: &'static [Revision],
}

/// The commands of one server, sorted by name; subcommands are commands of their own: `config|get`.
#[derive(Debug)]
pub(crate) struct Catalogue {
    commands: Vec<Command>,
    /// The places of all commands, by lower-case name.
    places: HashMap<Cow<'static, str>, usize, FixedState>,
}

impl Catalogue {
    /// Reads the commands of one server.
    pub(crate) fn of(server: &Server) -> Self {
        let commands = read::commands(COMMANDS, server);
        let places =
            commands.iter().map(|command| (lower_case(command.name), command.place)).collect();
        Self { commands, places }
    }

    /// The command that a request asks for by its first word, in any case. `config|get` asks for
    /// none.
    #[inline]
    pub(crate) fn find(&self, word: &[u8]) -> Option<&Command> {
        self.find_full(word).filter(|command| !command.is_subcommand())
    }

    /// The command or subcommand of this full name, in any case: `config|get`.
    pub(crate) fn find_full(&self, name: &[u8]) -> Option<&Command> {
        // No name is longer.
        let mut lower = [0; 32];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        let place = self.places.get(std::str::from_utf8(lower).ok()?)?;
        Some(&self.commands[*place])
    }

    /// The same, if `COMMAND` lists it.
    pub(crate) fn find_listed(&self, name: &[u8]) -> Option<&Command> {
        self.find_full(name).filter(|command| command.is_listed)
    }

    /// The subcommand of this name, in any case.
    pub(crate) fn subcommand(&self, container: &Command, name: &[u8]) -> Option<&Command> {
        let mut subcommands = self.subcommands(container).iter();
        subcommands.find(|command| command.short_name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// The subcommands of a command, by name.
    pub(crate) fn subcommands(&self, container: &Command) -> &[Command] {
        &self.commands[container.subcommands.clone()]
    }

    /// A command and its subcommands.
    pub(crate) fn family(&self, command: &Command) -> impl Iterator<Item = &Command> {
        std::iter::once(&self.commands[command.place]).chain(self.subcommands(command))
    }

    /// The subcommands that `COMMAND` lists.
    pub(crate) fn listed_subcommands(&self, container: &Command) -> impl Iterator<Item = &Command> {
        self.subcommands(container).iter().filter(|command| command.is_listed)
    }

    /// Every command and subcommand that `COMMAND` lists, by name.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(|command| command.is_listed)
    }

    /// How many commands and subcommands there are: every [`Command::place`] is lower.
    pub(crate) fn len(&self) -> usize {
        self.commands.len()
    }

    /// Every command and subcommand, by place.
    #[cfg(test)]
    fn all(&self) -> &[Command] {
        &self.commands
    }
}

/// Only modules write their names otherwise.
fn lower_case(name: &'static str) -> Cow<'static, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => name.to_ascii_lowercase().into(),
        false => name.into(),
    }
}
