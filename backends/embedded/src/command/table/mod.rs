//! The registry of commands: what each is called, what it takes, who runs it.
//!
//! [`rows`] holds one file a family, as Redis 8.0 has it; [`revision`] says how another server
//! differs, [`missing`] the names of what real servers have and this one has not, [`flags`] the words that describe a command, [`errors`] what is said when none is found.

mod errors;
mod flags;
mod keys;
mod missing;
mod revision;
mod rows;

pub(crate) use errors::{
    absent, not_implemented, unknown_command, unknown_subcommand, wrong_arity,
};
pub(crate) use flags::{Categories, Flags};
pub(crate) use keys::KeySpec;
pub(crate) use revision::Revision;

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::FixedState;

use super::Handler;
use crate::profile::{Profile, Traits};

/// One command, or one subcommand of a container.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    /// Lower case; a subcommand's has its container in front: `config|get`.
    pub(crate) full_name: &'static str,
    /// How many words it takes, its name included; `-n` for n or more.
    pub(crate) arity: i64,
    pub(crate) flags: Flags,
    /// Those that do not follow from the flags.
    categories: Categories,
    /// What a client that spreads commands over a cluster should know.
    pub(crate) tips: &'static [&'static str],
    pub(crate) keys: Option<KeySpec>,
    pub(crate) docs: Docs,
    /// The version of Redis that has it no more.
    pub(crate) until: Option<&'static str>,
    /// The version of Valkey that brought it, where it is not the Redis that it descends from.
    pub(crate) valkey: Option<&'static str>,
    pub(crate) subcommands: &'static [Spec],
    pub(crate) run: Run,
    /// Where it stands among all commands and subcommands of its server.
    pub(crate) place: usize,
}

/// Who runs a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    /// This function.
    Handler(Handler),
    /// One of its subcommands.
    Container,
    /// Nobody: real servers have it.
    Missing,
}

/// What `COMMAND DOCS` tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Docs {
    pub(crate) group: &'static str,
    pub(crate) since: &'static str,
    pub(crate) complexity: &'static str,
    pub(crate) summary: &'static str,
    /// Since when, and in favour of what.
    pub(crate) deprecated: Option<(&'static str, &'static str)>,
}

impl Spec {
    const fn new(full_name: &'static str, arity: i64, run: Run) -> Self {
        Self {
            full_name,
            arity,
            flags: Flags::NONE,
            categories: Categories::NONE,
            tips: &[],
            keys: None,
            docs: Docs { group: "", since: "", complexity: "", summary: "", deprecated: None },
            until: None,
            valkey: None,
            subcommands: &[],
            run,
            place: 0,
        }
    }

    /// The name without its container.
    pub(crate) fn name(&self) -> &'static str {
        self.full_name.rsplit_once('|').map_or(self.full_name, |(_, name)| name)
    }

    /// The name of its container; its own, if it is in none.
    pub(crate) fn container(&self) -> &'static str {
        self.full_name.split_once('|').map_or(self.full_name, |(container, _)| container)
    }

    /// Whether a request that begins with this word, in any case, asks for it. Nobody asks for a
    /// subcommand so: `client|id` is no command.
    #[inline]
    pub(crate) fn is_called(&self, word: &[u8]) -> bool {
        self.full_name.as_bytes().eq_ignore_ascii_case(word) && !word.contains(&b'|')
    }

    /// Whether it takes so many words.
    pub(crate) fn accepts(&self, words: usize) -> bool {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        if self.arity < 0 { words >= -self.arity } else { words == self.arity }
    }

    /// The subcommand of this name, in any case.
    pub(crate) fn subcommand(&self, name: &[u8]) -> Option<&'static Spec> {
        self.subcommands.iter().find(|spec| spec.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// Whether this server can do it.
    pub(crate) fn is_implemented(&self) -> bool {
        !matches!(self.run, Run::Missing)
    }

    /// Whether `COMMAND` tells of it.
    pub(crate) fn is_listed(&self) -> bool {
        self.is_implemented() && !self.flags.contains(Flags::UNLISTED)
    }

    /// What access control files it under.
    pub(crate) fn categories(&self) -> Categories {
        self.categories.with(Categories::implied_by(self.flags))
    }
}

/// The commands that one server has.
#[derive(Debug)]
pub(crate) struct Commands {
    /// In order.
    by_name: Vec<&'static Spec>,
    /// The same, as requests ask for them.
    by_hash: HashMap<&'static [u8], &'static Spec, FixedState>,
    places: usize,
}

impl Commands {
    /// Those of this server, made once.
    pub(crate) fn of(profile: Profile) -> &'static Self {
        static TABLES: [OnceLock<Commands>; Profile::ALL.len()] =
            [const { OnceLock::new() }; Profile::ALL.len()];
        let place = Profile::ALL.iter().position(|known| *known == profile).unwrap_or_default();
        TABLES[place].get_or_init(|| Self::new(profile.traits()))
    }

    fn new(profile: &Traits) -> Self {
        let rows = rows::FAMILIES.iter().flat_map(|family| family.iter().copied());
        let rows: Vec<Spec> = rows.chain(missing::commands()).collect();
        let mut places = 0;
        let mut by_name: Vec<_> = present(&rows, profile, &mut places).iter().collect();
        by_name.sort_unstable_by_key(|spec| spec.full_name);
        let by_hash = by_name.iter().map(|spec| (spec.full_name.as_bytes(), *spec)).collect();
        Self { by_name, by_hash, places }
    }

    /// The command of this name, in any case.
    pub(crate) fn find(&self, name: &[u8]) -> Option<&'static Spec> {
        // Longer than any command; a longer name is none.
        let mut lower = [0; 32];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        self.by_hash.get(&*lower).copied()
    }

    /// The command or subcommand of this full name, in any case: `config|get`.
    pub(crate) fn find_full(&self, name: &[u8]) -> Option<&'static Spec> {
        match name.iter().position(|byte| *byte == b'|') {
            None => self.find(name),
            Some(bar) => self.find(&name[..bar])?.subcommand(&name[bar + 1..]),
        }
    }

    /// How many commands and subcommands there are.
    pub(crate) fn places(&self) -> usize {
        self.places
    }

    /// All commands and subcommands but those that are in no list, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static Spec> {
        let listed = self.by_name.iter().filter(|spec| !spec.flags.contains(Flags::UNLISTED));
        listed.flat_map(|spec| std::iter::once(*spec).chain(spec.subcommands))
    }

    /// The commands that this server can do and does not hide, by name.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &'static Spec> + Clone {
        self.by_name.iter().copied().filter(|spec| spec.is_listed())
    }
}

/// The rows that a server has, as it has them. They stay for ever, as the table does.
fn present(rows: &[Spec], profile: &Traits, places: &mut usize) -> &'static [Spec] {
    let present = rows.iter().filter(|spec| profile.has(spec)).map(|spec| {
        let subcommands = present(spec.subcommands, profile, places);
        let mut spec = Spec { subcommands, place: *places, ..*spec };
        *places += 1;
        profile.revisions().for_each(|revision| revision.revise(&mut spec));
        spec
    });
    Vec::leak(present.collect())
}

#[cfg(test)]
mod tests;
