//! Facts about commands that `COMMAND` does not report, although servers act on them.

use super::flags::Flags;
use super::keys::{BeginSearch, FindKeys};

/// Additional facts about some commands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Revision {
    /// Full names.
    pub(super) commands: &'static [&'static str],
    pub(super) arity: Option<i64>,
    pub(super) flags: Flags,
    /// Where keys are that `COMMAND` does not tell of.
    pub(super) keys: Option<(BeginSearch, FindKeys)>,
}

/// The revisions of every server.
pub(super) const EVERYWHERE: &[Revision] = &[
    Revision::of(&[
        "subscribe",
        "unsubscribe",
        "psubscribe",
        "punsubscribe",
        "ssubscribe",
        "sunsubscribe",
        "ping",
        "quit",
        "reset",
    ])
    .with(Flags::SUBSCRIBED),
    Revision::of(&["multi", "exec", "discard", "watch", "quit", "reset"]).with(Flags::NOT_QUEUED),
    Revision::of(&["publish", "spublish", "pfcount"]).with(Flags::REPLICATED),
];

impl Revision {
    /// A revision of these commands that does not change anything yet.
    pub(crate) const fn of(commands: &'static [&'static str]) -> Self {
        Self { commands, arity: None, flags: Flags::NONE, keys: None }
    }

    pub(crate) const fn arity(self, arity: i64) -> Self {
        Self { arity: Some(arity), ..self }
    }

    /// The commands have a key behind this subcommand only.
    pub(crate) const fn key_behind(self, subcommand: &'static str) -> Self {
        Self { keys: Some((BeginSearch::Subcommand(subcommand), FindKeys::FIRST)), ..self }
    }

    /// The commands have two keys behind this word.
    pub(crate) const fn two_keys_behind(self, word: &'static str) -> Self {
        let two = FindKeys::Range { last: 1, step: 1, limit: 0 };
        Self { keys: Some((BeginSearch::Keyword(word, 1), two)), ..self }
    }

    /// Adds flags to the commands.
    pub(crate) const fn with(self, flags: Flags) -> Self {
        Self { flags, ..self }
    }
}
