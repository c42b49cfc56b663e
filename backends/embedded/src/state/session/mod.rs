//! The protocol state of one connection: what the client has negotiated, queued and subscribed to.

mod fieldsets;
mod subscriptions;
mod tracking;
mod transaction;

use fieldsets::Fieldsets;
pub(crate) use subscriptions::Subscriptions;
pub(crate) use tracking::{Tracking, TrackingMode};
pub(crate) use transaction::{Transaction, Watch};

use bytes::Bytes;

use crate::state::ids::UserKey;
use crate::wire::Protocol;

/// Which commands a connection may send.
///
/// ```text
///             SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE
///   Command ─────────────────────────────────────► Subscribed
///      ▲                                               │
///      └──────── last subscription ends, RESET ────────┘
/// ```
///
/// A connection can be closed in either mode: see [`CloseMode`](crate::state::client::CloseMode).
/// Only RESP2 has the mode `Subscribed`. In RESP3 pushes differ from replies, so that a subscriber
/// may send every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every command is allowed.
    Command,
    /// A RESP2 subscriber: only subscriptions, `PING`, `QUIT` and `RESET` are allowed.
    Subscribed,
}

/// Which ordinary replies are sent. Confirmations and messages are always sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ReplyMode {
    /// All of them.
    #[default]
    On,
    /// None until `CLIENT REPLY ON`.
    Off,
    /// `CLIENT REPLY SKIP` is running: the next command gets no reply.
    SkipNext,
    /// The current command gets no reply.
    Skip,
    /// A second `CLIENT REPLY SKIP` is running: neither it nor the next command gets a reply.
    SkipAgain,
}

/// Whether `ASKING` lets the next command or transaction use a slot that is being imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asking {
    #[default]
    No,
    /// `ASKING` is running.
    FromNext,
    Yes,
}

/// The protocol state of one connection.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) protocol: Protocol,
    /// Whether it logged in, or needed no password when it connected.
    pub(crate) authenticated: bool,
    pub(crate) user: UserKey,
    pub(crate) name: Bytes,
    pub(crate) library_name: Bytes,
    pub(crate) library_version: Bytes,
    pub(crate) database: usize,
    pub(crate) reply_mode: ReplyMode,
    pub(crate) no_evict: bool,
    pub(crate) no_touch: bool,
    /// The client follows redirects: `CLIENT CAPA redirect`.
    pub(crate) understands_redirects: bool,
    pub(crate) asking: Asking,
    /// The client sent `READONLY`.
    pub(crate) read_only: bool,
    pub(crate) subscriptions: Subscriptions,
    /// The client sent `MONITOR`.
    pub(crate) is_monitor: bool,
    /// The client sent `MULTI` or `WATCH` at some time. Even `RESET` does not clear this.
    pub(crate) has_used_transactions: bool,
    /// The open transaction, between `MULTI` and `EXEC`.
    pub(crate) transaction: Option<Box<Transaction>>,
    /// The keys of `WATCH`, until the next `EXEC`, `DISCARD` or `UNWATCH`.
    pub(crate) watch: Option<Box<Watch>>,
    /// How the client tracks the keys that it caches: `CLIENT TRACKING`.
    pub(crate) tracking: Option<Box<Tracking>>,
    pub(crate) fieldsets: Fieldsets,
}

impl Session {
    /// A new session; `authenticated` if the server requires no password.
    pub(crate) fn new(authenticated: bool) -> Self {
        Self { authenticated, ..Self::default() }
    }

    /// Drops the transaction and the watch without executing anything.
    pub(crate) fn discard_transaction(&mut self) {
        self.watch = None;
        self.transaction = None;
    }

    pub(crate) fn mode(&self) -> Mode {
        if self.protocol == Protocol::Resp2 && self.is_subscriber() {
            Mode::Subscribed
        } else {
            Mode::Command
        }
    }

    /// Whether it has a subscription of any kind, in either protocol.
    pub(crate) fn is_subscriber(&self) -> bool {
        !self.subscriptions.is_empty()
    }

    /// Whether ordinary replies are suppressed.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.reply_mode, ReplyMode::Off | ReplyMode::Skip | ReplyMode::SkipAgain)
    }

    /// Ends a command: advances `CLIENT REPLY SKIP` and `ASKING`.
    pub(crate) fn command_done(&mut self) {
        self.reply_mode = match self.reply_mode {
            ReplyMode::SkipNext | ReplyMode::SkipAgain => ReplyMode::Skip,
            ReplyMode::Skip => ReplyMode::On,
            mode => mode,
        };
        self.asking = match self.asking {
            Asking::FromNext => Asking::Yes,
            Asking::Yes if self.transaction.is_some() => Asking::Yes,
            _ => Asking::No,
        };
    }
}
