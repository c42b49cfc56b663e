//! The commands that rules of access control may speak of: all that the imitated server has, also
//! those that this one does not implement, since `+@read` and `ACL CAT` mean them too.

mod keys;
#[cfg(test)]
mod tests;

pub(crate) use keys::{KeyPlaces, Need};

use crate::command::table::Categories;
use crate::profile::Profile;

static COMMANDS: &str = include_str!("commands.txt");

/// The commands of one server, by name. Subcommands are commands of their own: `config|get`.
#[derive(Debug)]
pub(crate) struct Catalogue {
    commands: Vec<Command>,
}

/// One command, as far as access to it may be controlled.
#[derive(Debug)]
pub(crate) struct Command {
    /// Lower case, but of modules; a subcommand's has its container in front.
    pub(crate) name: &'static str,
    /// How many words it takes, its name included; `-n` for n or more.
    arity: i64,
    pub(crate) categories: Categories,
    pub(crate) keys: KeyPlaces,
}

/// A command's place in its server's catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CommandId(pub(super) usize);

impl Catalogue {
    pub(crate) fn of(profile: Profile) -> Self {
        let lines = COMMANDS.lines().filter(|line| !line.starts_with('#'));
        Self { commands: lines.filter_map(|line| Command::read(line, profile.name())).collect() }
    }

    /// The command or subcommand of this full name, in any case.
    pub(crate) fn find(&self, name: &[u8]) -> Option<CommandId> {
        let name = name.to_ascii_lowercase();
        let place = self.commands.binary_search_by_key(&name, Command::lower_case);
        place.ok().map(CommandId)
    }

    /// What a request asks for: the subcommand, where the server tells subcommands apart.
    pub(crate) fn asked(&self, full_name: &str) -> Option<CommandId> {
        let container = || full_name.split_once('|').map(|(container, _)| container);
        self.find(full_name.as_bytes()).or_else(|| self.find(container()?.as_bytes()))
    }

    pub(crate) fn command(&self, id: CommandId) -> &Command {
        &self.commands[id.0]
    }

    /// Every command, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (CommandId, &Command)> {
        self.commands.iter().enumerate().map(|(place, command)| (CommandId(place), command))
    }

    /// A command and the subcommands that it has.
    pub(crate) fn family(&self, id: CommandId) -> impl Iterator<Item = CommandId> + '_ {
        let name = self.command(id).name;
        let belongs = move |command: &Command| {
            command.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('|'))
        };
        let subcommands = self.iter().filter(move |(_, command)| belongs(command));
        std::iter::once(id).chain(subcommands.map(|(id, _)| id))
    }
}

impl Command {
    /// Reads a line; nothing if this server is not meant by it.
    fn read(line: &'static str, server: &str) -> Option<Self> {
        let mut columns = line.split_whitespace();
        let (name, arity) = (columns.next()?, columns.next()?.parse().ok()?);
        let (categories, keys) = (columns.next()?, columns.next()?);
        let mut servers = columns.peekable();
        let meant = match servers.peek() {
            None => true,
            Some(first) if first.starts_with('!') => {
                servers.all(|other| other.strip_prefix('!') != Some(server))
            }
            Some(_) => servers.any(|listed| listed == server),
        };
        meant.then(|| Self {
            name,
            arity,
            categories: categories
                .split(',')
                .filter_map(|name| Categories::named(name.as_bytes()))
                .fold(Categories::NONE, Categories::with),
            keys: KeyPlaces::read(keys),
        })
    }

    /// Whether it takes so many words.
    pub(crate) fn accepts(&self, words: usize) -> bool {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        if self.arity < 0 { words >= -self.arity } else { words == self.arity }
    }

    fn lower_case(&self) -> Vec<u8> {
        self.name.to_ascii_lowercase().into_bytes()
    }

    pub(crate) fn is_subcommand(&self) -> bool {
        self.name.contains('|')
    }
}
