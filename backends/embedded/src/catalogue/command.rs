use std::ops::Range;
use std::sync::OnceLock;

use super::categories::Categories;
use super::facts::Facts;
use super::flags::Flags;
use super::keys::KeySpecs;
use super::revision::Revision;

/// One command, or one subcommand of a container.
///
/// Its facts are read from the text when one of them is first asked for: most processes use few
/// commands, and a server starts in microseconds.
#[derive(Debug)]
pub(crate) struct Command {
    /// Lower case, but of modules; a subcommand's name has its container in front: `config|get`.
    pub(crate) name: &'static str,
    /// Whether `COMMAND` tells of it.
    pub(crate) is_listed: bool,
    /// Its index in the catalogue of its server.
    pub(crate) place: usize,
    /// The places of its subcommands.
    pub(super) subcommands: Range<usize>,
    /// The lines of the text about it, its name apart.
    pub(super) lines: &'static str,
    pub(super) server: &'static str,
    pub(super) revisions: &'static [Revision],
    pub(super) facts: OnceLock<Box<Facts>>,
}

impl Command {
    #[inline]
    fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| {
            Box::new(Facts::read(self.name, self.lines, self.server, self.revisions))
        })
    }

    /// How many words a request has, the name included; `-n` for n or more.
    pub(crate) fn arity(&self) -> i64 {
        self.facts().arity
    }

    #[inline]
    pub(crate) fn flags(&self) -> Flags {
        self.facts().flags
    }

    /// Where access control files it.
    pub(crate) fn categories(&self) -> Categories {
        self.facts().categories
    }

    /// First key, last key, step: how old clients find keys.
    pub(crate) fn key_range(&self) -> [i64; 3] {
        self.facts().key_range
    }

    #[inline]
    pub(crate) fn keys(&self) -> &KeySpecs {
        &self.facts().keys
    }

    /// Advice for clients that spread commands over a cluster.
    pub(crate) fn tips(&self) -> &[&'static str] {
        &self.facts().tips
    }

    pub(crate) fn group(&self) -> &'static str {
        self.facts().group
    }

    /// The version that brought it.
    pub(crate) fn since(&self) -> &'static str {
        self.facts().since
    }

    /// The version that deprecated it, and what to use instead.
    pub(crate) fn deprecated(&self) -> Option<(&'static str, &'static str)> {
        let Facts { deprecated, replaced_by, .. } = *self.facts();
        (!deprecated.is_empty()).then_some((deprecated, replaced_by))
    }

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
    #[inline]
    pub(crate) fn accepts(&self, words: usize) -> bool {
        let (arity, words) = (self.arity(), i64::try_from(words).unwrap_or(i64::MAX));
        if arity < 0 { words >= -arity } else { words == arity }
    }
}
