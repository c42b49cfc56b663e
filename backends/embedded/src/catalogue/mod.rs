//! The facts about commands: names, arities, flags, categories, keys, docs.
//!
//! One text file, generated from real servers, has the facts of all of them. A [`Catalogue`] has
//! the facts of one server. It knows no handlers, so it includes commands that the embedded server
//! does not implement.
//!
//! Reading order: this file, [`command`] and its [`facts`] ([`flags`], [`categories`], [`keys`],
//! [`arguments`]), [`docs`] (our own sentences), [`read`] (finds the commands in the text), [`revision`] (facts that
//! `COMMAND` does not report).

mod arguments;
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

pub(crate) use arguments::Arguments;
pub(crate) use categories::Categories;
pub(crate) use command::Command;
pub(crate) use flags::Flags;
pub(crate) use keys::{BeginSearch, FindKeys, KeyAccess, KeySearch, KeySpec, KeySpecs};
pub(crate) use revision::Revision;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::FixedState;

/// The facts about the commands of every server that this crate imitates, as text. Comments at the
/// start of the text explain its format.
pub const COMMANDS: &str = include_str!("commands.txt");

/// The properties of a server that select its commands from the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Server {
    /// The server's name in the text: `redis-8.0`.
    pub(crate) name: &'static str,
    /// The first two numbers of its version.
    pub(crate) release: (u32, u32),
    /// Whether `COMMAND` lists subcommands. A server that does not list them still has them.
    pub(crate) lists_subcommands: bool,
    /// Commands that the server has but does not list.
    pub(crate) unlisted: &'static [&'static str],
    /// Whether a request may lack the first key of any key specification.
    pub(crate) keys_are_optional: bool,
    /// Facts that `COMMAND` does not report.
    pub(crate) revisions: &'static [Revision],
}

/// The commands of one server, sorted by name. Subcommands are separate commands: `config|get`.
#[derive(Debug)]
pub(crate) struct Catalogue {
    commands: Vec<Command>,
    /// The index of every command, by lower-case name.
    places: HashMap<Cow<'static, str>, usize, FixedState>,
    /// The categories that any command is in, found when they are first needed.
    categories: OnceLock<Categories>,
}

impl Catalogue {
    /// Reads the commands of one server.
    pub(crate) fn of(server: &Server) -> Self {
        let commands = read::commands(COMMANDS, server);
        let places =
            commands.iter().map(|command| (lower_case(command.name), command.place)).collect();
        Self { commands, places, categories: OnceLock::new() }
    }

    /// The command that a request calls with its first word, in any letter case. `config|get` is
    /// never found.
    #[inline]
    pub(crate) fn find(&self, word: &[u8]) -> Option<&Command> {
        self.find_full(word).filter(|command| !command.is_subcommand())
    }

    /// The command or subcommand with this full name, in any letter case: `config|get`.
    pub(crate) fn find_full(&self, name: &[u8]) -> Option<&Command> {
        // No command has a longer name.
        let mut lower = [0; 32];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        let place = self.places.get(std::str::from_utf8(lower).ok()?)?;
        Some(&self.commands[*place])
    }

    /// Like [`Self::find_full`], but finds only what `COMMAND` lists.
    pub(crate) fn find_listed(&self, name: &[u8]) -> Option<&Command> {
        self.find_full(name).filter(|command| command.is_listed)
    }

    /// The subcommand with this short name, in any letter case.
    pub(crate) fn subcommand(&self, container: &Command, name: &[u8]) -> Option<&Command> {
        let mut subcommands = self.subcommands(container).iter();
        subcommands.find(|command| command.short_name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// The subcommands of a command, sorted by name.
    pub(crate) fn subcommands(&self, container: &Command) -> &[Command] {
        &self.commands[container.subcommands.clone()]
    }

    /// A command and its subcommands.
    pub(crate) fn with_subcommands(&self, command: &Command) -> impl Iterator<Item = &Command> {
        std::iter::once(&self.commands[command.place]).chain(self.subcommands(command))
    }

    /// The subcommands that `COMMAND` lists.
    pub(crate) fn listed_subcommands(&self, container: &Command) -> impl Iterator<Item = &Command> {
        self.subcommands(container).iter().filter(|command| command.is_listed)
    }

    /// Every command and subcommand that `COMMAND` lists, sorted by name.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(|command| command.is_listed)
    }

    /// Every category that the server knows: those that any of its commands is in.
    pub(crate) fn categories(&self) -> Categories {
        let all = || self.commands.iter().map(Command::categories);
        *self.categories.get_or_init(|| all().fold(Categories::NONE, Categories::with))
    }

    /// The category with this name, in any letter case.
    pub(crate) fn category(&self, name: &[u8]) -> Option<Categories> {
        Categories::named(name).filter(|category| self.categories().contains(*category))
    }

    /// The number of commands and subcommands. Every [`Command::place`] is lower.
    pub(crate) fn len(&self) -> usize {
        self.commands.len()
    }

    /// Every command and subcommand, by place.
    #[cfg(test)]
    pub(crate) fn all(&self) -> &[Command] {
        &self.commands
    }
}

/// Only modules have names with upper-case letters.
fn lower_case(name: &'static str) -> Cow<'static, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => name.to_ascii_lowercase().into(),
        false => name.into(),
    }
}
