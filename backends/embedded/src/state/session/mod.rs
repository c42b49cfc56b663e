//! What one connection has agreed with the server, apart from bytes and sockets.

mod subscriptions;
mod tracking;
mod transaction;

pub(crate) use subscriptions::Subscriptions;
pub(crate) use tracking::{Tracking, TrackingMode};
pub(crate) use transaction::{Transaction, Watch};

use bytes::Bytes;

use crate::state::ids::UserKey;
use crate::wire::Protocol;

/// What a connection may say at the moment.
///
/// ```text
///             SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE
///   Command ─────────────────────────────────────► Subscribed
///      ▲                                               │
///      └──────── last subscription ends, RESET ────────┘
/// ```
///
/// Both end with the connection: see [`CloseMode`](crate::state::client::CloseMode).
/// Only RESP2 knows this mode: a RESP3 connection tells pushes from replies and may say everything
/// while it listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every command is welcome.
    Command,
    /// A RESP2 subscriber: subscriptions, `PING`, `QUIT` and `RESET` only.
    Subscribed,
}

/// Which ordinary replies are sent. Confirmations and messages always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ReplyMode {
    /// All of them.
    #[default]
    On,
    /// None until `CLIENT REPLY ON`.
    Off,
    /// `CLIENT REPLY SKIP` runs now: the next command's are not.
    SkipNext,
    /// This command's are not.
    Skip,
    /// Neither are those of `CLIENT REPLY SKIP`, which runs now, nor the next command's.
    SkipAgain,
}

/// Who said `ASKING`, and is let in to a slot that moves here with the next command or transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asking {
    #[default]
    No,
    /// It is said right now.
    FromNext,
    Yes,
}

/// The state of one connection's conversation.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) protocol: Protocol,
    /// Whether it has logged in, or did not have to when it began.
    pub(crate) authenticated: bool,
    pub(crate) user: UserKey,
    pub(crate) name: Bytes,
    pub(crate) library_name: Bytes,
    pub(crate) library_version: Bytes,
    pub(crate) database: usize,
    pub(crate) reply_mode: ReplyMode,
    pub(crate) no_evict: bool,
    pub(crate) no_touch: bool,
    /// It has said that it can be told to go to another server: `CLIENT CAPA`.
    pub(crate) understands_redirects: bool,
    pub(crate) asking: Asking,
    /// It said `READONLY`.
    pub(crate) read_only: bool,
    pub(crate) subscriptions: Subscriptions,
    /// Whether it sees every command: `MONITOR`.
    pub(crate) is_monitor: bool,
    /// It has said `MULTI` or `WATCH` at some time, which not even `RESET` undoes.
    pub(crate) has_queued: bool,
    /// Between `MULTI` and `EXEC`.
    pub(crate) transaction: Option<Box<Transaction>>,
    /// The keys of `WATCH`, until the next `EXEC`, `DISCARD` or `UNWATCH`.
    pub(crate) watch: Option<Box<Watch>>,
    /// It caches keys, and is told when they change.
    pub(crate) tracking: Option<Box<Tracking>>,
}

impl Session {
    /// A session as it begins; `authenticated` when no password is asked for.
    pub(crate) fn new(authenticated: bool) -> Self {
        Self { authenticated, ..Self::default() }
    }

    /// Ends the transaction and the watch, if there are any, without executing anything.
    pub(crate) fn forget_transaction(&mut self) {
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

    /// In either protocol: one subscription of any kind makes a subscriber.
    pub(crate) fn is_subscriber(&self) -> bool {
        !self.subscriptions.is_empty()
    }

    /// Whether ordinary replies are held back.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.reply_mode, ReplyMode::Off | ReplyMode::Skip | ReplyMode::SkipAgain)
    }

    /// One command has been answered: `CLIENT REPLY SKIP` moves on.
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
