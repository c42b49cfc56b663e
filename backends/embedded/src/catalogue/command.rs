//! The facts about one command.

use std::ops::Range;

use super::categories::Categories;
use super::flags::Flags;
use super::keys::KeySpecs;

/// One command, or one subcommand of a container.
#[derive(Debug)]
pub(crate) struct Command {
    /// Lower case, except for module commands. A subcommand is named with its container:
    /// `config|get`.
    pub(crate) name: &'static str,
    /// The number of words in a request, including the name; `-n` means n or more.
    pub(crate) arity: i64,
    pub(crate) flags: Flags,
    pub(crate) categories: Categories,
    /// First key, last key, step: the key positions for clients that do not read key specs.
    pub(crate) key_range: [i64; 3],
    pub(crate) keys: KeySpecs,
    /// Command tips: hints for clients that send commands to several nodes of a cluster.
    pub(crate) tips: Vec<&'static str>,
    pub(crate) group: &'static str,
    /// The version that introduced the command.
    pub(crate) since: &'static str,
    /// The version that deprecated the command, and its replacement.
    pub(crate) deprecated: Option<(&'static str, &'static str)>,
    /// Whether `COMMAND` lists it.
    pub(crate) is_listed: bool,
    /// Its index in the catalogue of its server.
    pub(crate) place: usize,
    /// The indexes of its subcommands in the catalogue.
    pub(super) subcommands: Range<usize>,
}

impl Command {
    /// The name without its container.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.rsplit_once('|').map_or(self.name, |(_, name)| name)
    }

    /// The name of its container; its own name if it has none.
    pub(crate) fn container(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(container, _)| container)
    }

    pub(crate) fn is_subcommand(&self) -> bool {
        self.name.contains('|')
    }

    pub(crate) fn has_subcommands(&self) -> bool {
        !self.subcommands.is_empty()
    }

    /// Whether a request with this first word, in any letter case, calls the command. No request
    /// calls a subcommand in this way: `client|id` is not a command.
    #[inline]
    pub(crate) fn is_called(&self, word: &[u8]) -> bool {
        self.name.as_bytes().eq_ignore_ascii_case(word) && !word.contains(&b'|')
    }

    /// Whether the arity allows a request of this many words.
    pub(crate) fn accepts(&self, words: usize) -> bool {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        if self.arity < 0 { words >= -self.arity } else { words == self.arity }
    }

    pub(super) fn lower_case(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}
