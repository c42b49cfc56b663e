//! The registry of commands: what each is called, what it takes, who runs it.
//!
//! [`rows`] holds one file a family, [`missing`] the names of what real servers have and this one
//! has not, [`flags`] the words that describe a command, [`errors`] what is said when none is found.

mod errors;
mod flags;
mod keys;
mod missing;
mod rows;

pub(crate) use errors::{not_implemented, unknown_command, unknown_subcommand, wrong_arity};
pub(crate) use flags::{Categories, Flags};
pub(crate) use keys::KeySpec;

use std::sync::LazyLock;

use super::Handler;

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
    pub(crate) subcommands: &'static [Spec],
    pub(crate) run: Run,
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
            subcommands: &[],
            run,
        }
    }

    /// The name without its container.
    pub(crate) fn name(&self) -> &'static str {
        self.full_name.rsplit_once('|').map_or(self.full_name, |(_, name)| name)
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

    /// What access control files it under.
    pub(crate) fn categories(&self) -> Categories {
        self.categories.with(Categories::implied_by(self.flags))
    }
}

/// Every command, by name.
static BY_NAME: LazyLock<Vec<&'static Spec>> = LazyLock::new(|| {
    let mut specs: Vec<_> = rows::FAMILIES.iter().flat_map(|family| family.iter()).collect();
    specs.extend(missing::COMMANDS);
    specs.sort_unstable_by_key(|spec| spec.full_name);
    specs
});

/// The command of this name, in any case.
pub(crate) fn find(name: &[u8]) -> Option<&'static Spec> {
    // Longer than any command; a longer name is none.
    let mut lower = [0; 32];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let place = BY_NAME.binary_search_by_key(&&*lower, |spec| spec.full_name.as_bytes()).ok()?;
    Some(BY_NAME[place])
}

/// The command or subcommand of this full name, in any case: `config|get`.
pub(crate) fn find_full(name: &[u8]) -> Option<&'static Spec> {
    match name.iter().position(|byte| *byte == b'|') {
        None => find(name),
        Some(bar) => find(&name[..bar])?.subcommand(&name[bar + 1..]),
    }
}

/// The commands that this server can do, by name.
pub(crate) fn implemented() -> impl Iterator<Item = &'static Spec> + Clone {
    BY_NAME.iter().copied().filter(|spec| spec.is_implemented())
}

#[cfg(test)]
mod tests;
