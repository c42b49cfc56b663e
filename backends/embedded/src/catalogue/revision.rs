//! What `COMMAND` does not tell of commands, and servers do all the same.

use super::flags::Flags;

/// More about some commands, of one server or of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Revision {
    /// Full names.
    pub(super) commands: &'static [&'static str],
    pub(super) arity: Option<i64>,
    pub(super) flags: Flags,
}

/// What is so on every server.
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
    Revision::of(&["publish", "spublish"]).with(Flags::REPLICATED),
];

impl Revision {
    /// Nothing more is said yet about these commands.
    pub(crate) const fn of(commands: &'static [&'static str]) -> Self {
        Self { commands, arity: None, flags: Flags::NONE }
    }

    pub(crate) const fn arity(self, arity: i64) -> Self {
        Self { arity: Some(arity), ..self }
    }

    /// Flags that they have too.
    pub(crate) const fn with(self, flags: Flags) -> Self {
        Self { flags, ..self }
    }
}
