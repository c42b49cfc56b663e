//! The facts about one command.

use std::ops::Range;
use std::sync::OnceLock;

use super::arguments::Arguments;
use super::categories::Categories;
use super::facts::Facts;
use super::flags::Flags;
use super::keys::KeySpecs;
use super::revision::Revision;

/// One command, or one subcommand of a container.
///
/// The first access to a fact reads all facts of the command from the text. Most processes use few
/// commands, and a server must start in microseconds.
#[derive(Debug)]
pub(crate) struct Command {
    /// Lower case, except for module commands. A subcommand is named with its container:
    /// `config|get`.
    pub(crate) name: &'static str,
    /// Whether it is in a container.
    pub(super) is_subcommand: bool,
    /// Whether `COMMAND` lists it.
    pub(crate) is_listed: bool,
    /// Its index in the catalogue of its server.
    pub(crate) place: usize,
    /// The indexes of its subcommands in the catalogue.
    pub(super) subcommands: Range<usize>,
    /// The lines of the text about it, without its name.
    pub(super) lines: &'static str,
    pub(super) server: &'static str,
    /// Requests may lack the first key of any key specification.
    pub(super) keys_are_optional: bool,
    pub(super) revisions: &'static [Revision],
    pub(super) facts: OnceLock<Box<Facts>>,
}

impl Command {
    #[inline]
    fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| {
            let mut facts = Facts::read(self.name, self.lines, self.server, self.revisions);
            if facts.keys.is_empty()
                && let Some(keys) = KeySpecs::of_range(facts.key_range)
            {
                facts.keys = keys;
            }
            if self.keys_are_optional {
                facts.keys.0.iter_mut().for_each(|spec| spec.is_optional = true);
            }
            Box::new(facts)
        })
    }

    /// Whether it runs a script. Servers show monitors such a command before those of the script.
    pub(crate) fn runs_script(&self) -> bool {
        self.flags().contains(Flags::SKIP_MONITOR)
    }

    /// Whether it may change something, here or on replicas. Every script may that is not asked to
    /// only read.
    pub(crate) fn may_write(&self) -> bool {
        const WRITES: Flags = Flags::of(&[Flags::WRITE, Flags::REPLICATED, Flags::MAY_REPLICATE]);
        let flags = self.flags();
        flags.intersects(WRITES) || (self.runs_script() && !flags.contains(Flags::READONLY))
    }

    /// The number of words in a request, including the name; `-n` means n or more.
    pub(crate) fn arity(&self) -> i64 {
        self.facts().arity
    }

    #[inline]
    pub(crate) fn flags(&self) -> Flags {
        self.facts().flags
    }

    pub(crate) fn categories(&self) -> Categories {
        self.facts().categories
    }

    /// First key, last key, step: the key positions for clients that do not read key specs.
    pub(crate) fn key_range(&self) -> [i64; 3] {
        self.facts().key_range
    }

    #[inline]
    pub(crate) fn keys(&self) -> &KeySpecs {
        &self.facts().keys
    }

    /// Command tips: hints for clients that send commands to several nodes of a cluster.
    pub(crate) fn tips(&self) -> &[&'static str] {
        &self.facts().tips
    }

    pub(crate) fn group(&self) -> &'static str {
        self.facts().group
    }

    /// The version that introduced the command.
    pub(crate) fn since(&self) -> &'static str {
        self.facts().since
    }

    /// The version that deprecated the command, and its replacement.
    pub(crate) fn deprecated(&self) -> Option<(&'static str, &'static str)> {
        let Facts { deprecated, replaced_by, .. } = *self.facts();
        (!deprecated.is_empty()).then_some((deprecated, replaced_by))
    }

    /// The words behind the name.
    pub(crate) fn arguments(&self) -> Arguments {
        Arguments(self.facts().arguments)
    }

    /// The name without its container.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.rsplit_once('|').map_or(self.name, |(_, name)| name)
    }

    /// The name of its container; its own name if it has none.
    pub(crate) fn container(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(container, _)| container)
    }

    pub(crate) fn is_subcommand(&self) -> bool {
        self.is_subcommand
    }

    pub(crate) fn has_subcommands(&self) -> bool {
        !self.subcommands.is_empty()
    }

    /// Whether a request with this first word, in any letter case, calls the command. No request
    /// calls a subcommand in this way: `client|id` is not a command.
    #[inline]
    pub(crate) fn is_called(&self, word: &[u8]) -> bool {
        !self.is_subcommand && self.name.as_bytes().eq_ignore_ascii_case(word)
    }

    /// Whether the arity allows a request of this many words.
    #[inline]
    pub(crate) fn accepts(&self, words: usize) -> bool {
        let (arity, words) = (self.arity(), i64::try_from(words).unwrap_or(i64::MAX));
        if arity < 0 { words >= -arity } else { words == arity }
    }
}
