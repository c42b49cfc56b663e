use std::ops::Range;

use super::categories::Categories;
use super::flags::Flags;
use super::keys::KeySpecs;

/// One command, or one subcommand of a container.
#[derive(Debug)]
pub(crate) struct Command {
    /// Lower case, but of modules; a subcommand's name has its container in front: `config|get`.
    pub(crate) name: &'static str,
    /// How many words a request has, the name included; `-n` for n or more.
    pub(crate) arity: i64,
    pub(crate) flags: Flags,
    /// Where access control files it.
    pub(crate) categories: Categories,
    /// First key, last key, step: how old clients find keys.
    pub(crate) key_range: [i64; 3],
    pub(crate) keys: KeySpecs,
    /// Advice for clients that spread commands over a cluster.
    pub(crate) tips: Vec<&'static str>,
    pub(crate) group: &'static str,
    /// The version that brought it.
    pub(crate) since: &'static str,
    /// The version that deprecated it, and what to use instead.
    pub(crate) deprecated: Option<(&'static str, &'static str)>,
    /// Whether `COMMAND` tells of it.
    pub(crate) is_listed: bool,
    /// Its index in the catalogue of its server.
    pub(crate) place: usize,
    /// The places of its subcommands.
    pub(super) subcommands: Range<usize>,
}

impl Command {
    /// The name without its container.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.rsplit_once('|').map_or(self.name, |(_, name)| name)
    }

    /// The name of its container, or its own.
    pub(crate) fn container(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(container, _)| container)
    }

    pub(crate) fn is_subcommand(&self) -> bool {
        self.name.contains('|')
    }

    pub(crate) fn has_subcommands(&self) -> bool {
        !self.subcommands.is_empty()
    }

    /// Whether a request that begins with this word, in any case, asks for it. No request asks for a
    /// subcommand in this way: `client|id` is no command.
    #[inline]
    pub(crate) fn is_called(&self, word: &[u8]) -> bool {
        self.name.as_bytes().eq_ignore_ascii_case(word) && !word.contains(&b'|')
    }

    /// Whether a request may have so many words.
    pub(crate) fn accepts(&self, words: usize) -> bool {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        if self.arity < 0 { words >= -self.arity } else { words == self.arity }
    }

    pub(super) fn lower_case(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}
