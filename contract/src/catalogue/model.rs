use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::conversation::ServerName;

/// The facts that each server reports about its commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    pub(super) servers: BTreeMap<ServerName, Server>,
}

/// The facts that one server reports about its commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The sections that the server does not report. Its facts contain none of them.
    pub unreported: BTreeSet<Section>,
    /// Its commands and subcommands.
    pub commands: BTreeMap<CommandName, Facts>,
}

/// The facts about one command of one server. A value is the text of the file; a missing fact is
/// empty.
pub type Facts = BTreeMap<Fact, String>;

/// A part of the facts that old servers do not report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Subcommands as commands of their own.
    Subcommands,
    /// Key specifications and their notes.
    Keys,
    /// Tips for clients and proxies.
    Tips,
    /// The facts from `COMMAND DOCS`.
    Docs,
}

/// One kind of fact, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// The number of words of a request, negative for a minimum.
    Arity,
    /// The command flags.
    Flags,
    /// The ACL categories.
    Categories,
    /// The first key, the last key and the step.
    Range,
    /// Key specifications, see [`KeySpec`](super::KeySpec).
    Keys,
    /// The note about the key specification of this number, counted from 1.
    Notes(usize),
    /// Tips for clients and proxies.
    Tips,
    /// The group under which the command is documented.
    Group,
    /// The version that introduced the command.
    Since,
    /// The version that deprecated the command.
    Deprecated,
    /// The replacement for a deprecated command.
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

    /// Replaces all facts about this server.
    pub fn learn(&mut self, name: ServerName, server: Server) {
        self.servers.insert(name, server);
    }
}

impl Server {
    /// Whether the server reports commands such as this one. Old servers report no subcommands.
    pub(super) fn reports_command(&self, name: &CommandName) -> bool {
        !name.is_subcommand() || !self.unreported.contains(&Section::Subcommands)
    }

    /// Whether the server reports facts of this kind.
    pub(super) fn reports_fact(&self, fact: Fact) -> bool {
        fact.section().is_none_or(|section| !self.unreported.contains(&section))
    }
}

impl Section {
    /// Every section, in the order of the file.
    pub const ALL: [Self; 4] = [Self::Subcommands, Self::Keys, Self::Tips, Self::Docs];

    /// The name in the file.
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
    /// Every fact of which a command has only one, in the order of the file.
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

    /// The name in the file. The number of a note follows its name.
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
    /// The command of this name.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is a subcommand: `config|get`.
    pub fn is_subcommand(&self) -> bool {
        self.0.contains('|')
    }
}

impl Ord for CommandName {
    /// Ignores case and compares name by name, so `cluster|nodes` directly follows `cluster` and
    /// comes before `clusterscan`.
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
