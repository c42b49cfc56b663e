use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::conversation::ServerName;

/// What each server tells of its commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub(super) servers: BTreeMap<ServerName, Server>,
}

/// What one server tells of its commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The sections that it tells nothing of, so that its facts have none of them.
    pub silent: BTreeSet<Section>,
    /// Its commands and subcommands.
    pub commands: BTreeMap<CommandName, Facts>,
}

/// The facts about one command of one server. A value is text as the file has it; a fact that is
/// not there is empty.
pub type Facts = BTreeMap<Fact, String>;

/// A part of the facts that old servers tell nothing of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Subcommands as commands of their own.
    Subcommands,
    /// Key specifications and their notes.
    Keys,
    /// Tips for clients and proxies.
    Tips,
    /// What `COMMAND DOCS` tells.
    Docs,
}

/// One kind of fact, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// How many words the command takes.
    Arity,
    /// What kind of command it is.
    Flags,
    /// What access control files it under.
    Categories,
    /// First key, last key, step.
    Range,
    /// Key specifications, see [`KeySpec`](super::KeySpec).
    Keys,
    /// The note about the key specification of this number, from 1.
    Notes(usize),
    /// For clients and proxies.
    Tips,
    /// The family that it is documented in.
    Group,
    /// The version that brought it.
    Since,
    /// The version that deprecated it.
    Deprecated,
    /// What to use instead.
    Replaced,
    /// The words behind the name.
    Arguments,
}

/// The full name of a command: `config|get`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandName(String);

impl Catalogue {
    /// The servers, in the order of the file.
    pub fn servers(&self) -> impl Iterator<Item = (&ServerName, &Server)> {
        self.servers.iter()
    }

    /// All commands and subcommands of all servers, in the order of the file.
    pub fn names(&self) -> BTreeSet<&CommandName> {
        self.servers.values().flat_map(|server| server.commands.keys()).collect()
    }

    /// Replaces everything that is known of this server.
    pub fn learn(&mut self, name: ServerName, server: Server) {
        self.servers.insert(name, server);
    }
}

impl Server {
    /// Whether it tells of this command at all: an old server tells of no subcommand.
    pub(super) fn tells_of(&self, name: &CommandName) -> bool {
        !name.is_subcommand() || !self.silent.contains(&Section::Subcommands)
    }

    /// Whether it tells of such facts.
    pub(super) fn tells(&self, fact: Fact) -> bool {
        fact.section().is_none_or(|section| !self.silent.contains(&section))
    }
}

impl Section {
    /// Every section, in the order of the file.
    pub const ALL: [Self; 4] = [Self::Subcommands, Self::Keys, Self::Tips, Self::Docs];

    /// As the file names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subcommands => "subcommands",
            Self::Keys => "keys",
            Self::Tips => "tips",
            Self::Docs => "docs",
        }
    }
}

impl Fact {
    /// Every fact that a command has only one of, in the order of the file.
    pub(super) const ALL: [Self; 11] = [
        Self::Arity,
        Self::Flags,
        Self::Categories,
        Self::Range,
        Self::Keys,
        Self::Tips,
        Self::Group,
        Self::Since,
        Self::Deprecated,
        Self::Replaced,
        Self::Arguments,
    ];

    /// As the file names it; a note's number follows behind its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arity => "arity",
            Self::Flags => "flags",
            Self::Categories => "categories",
            Self::Range => "range",
            Self::Keys => "keys",
            Self::Notes(_) => "notes",
            Self::Tips => "tips",
            Self::Group => "group",
            Self::Since => "since",
            Self::Deprecated => "deprecated",
            Self::Replaced => "replaced",
            Self::Arguments => "arguments",
        }
    }

    fn section(self) -> Option<Section> {
        match self {
            Self::Arity | Self::Flags | Self::Categories | Self::Range => None,
            Self::Keys | Self::Notes(_) => Some(Section::Keys),
            Self::Tips => Some(Section::Tips),
            Self::Group | Self::Since | Self::Deprecated | Self::Replaced | Self::Arguments => {
                Some(Section::Docs)
            }
        }
    }
}

impl CommandName {
    /// A command of this name.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a command of a container.
    pub fn is_subcommand(&self) -> bool {
        self.0.contains('|')
    }
}

impl Ord for CommandName {
    /// Without regard to case, and by words: what follows `cluster` is `cluster|nodes`, and not
    /// `clusterscan`.
    fn cmp(&self, other: &Self) -> Ordering {
        let (lower, others) = (self.0.to_ascii_lowercase(), other.0.to_ascii_lowercase());
        lower.split('|').cmp(others.split('|')).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for CommandName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for CommandName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Self::Notes(number) = self { write!(f, " {number}") } else { Ok(()) }
    }
}
