//! Commands that wait until a key has a value.

use std::time::Duration;

use super::float::LongDouble;
use super::{Attempt, Context};
use crate::state::Wait;
use crate::state::keyspace::{DataType, SmallBytes};
use crate::time::Timestamp;
use crate::wire::{Args, ErrorReply, Reply, Request};

/// Parses a timeout in seconds: when the wait ends. Zero is no limit.
pub(super) fn parse_timeout(
    ctx: &Context<'_>,
    word: &[u8],
) -> Result<Option<Timestamp>, ErrorReply> {
    let seconds = LongDouble::parse(word).ok_or("ERR timeout is not a float or out of range")?;
    if seconds < LongDouble::ZERO {
        return Err("ERR timeout is negative".into());
    }
    let millis = seconds.millis(ctx.state.profile.rounds_timeouts_up);
    end_after(ctx, millis.ok_or_else(|| too_long(ctx))?)
}

/// When a wait of some milliseconds ends. Zero is no limit.
pub(super) fn end_after(ctx: &Context<'_>, millis: i64) -> Result<Option<Timestamp>, ErrorReply> {
    let lasts = u64::try_from(millis).map_err(|_| "ERR timeout is negative")?;
    let now = i64::try_from(ctx.now.unix_millis()).unwrap_or(i64::MAX);
    now.checked_add(millis).ok_or_else(|| too_long(ctx))?;
    Ok((lasts > 0).then(|| ctx.now + Duration::from_millis(lasts)))
}

fn too_long(ctx: &Context<'_>) -> ErrorReply {
    match ctx.state.profile.long_timeouts_are_negative {
        true => "ERR timeout is negative".into(),
        false => "ERR timeout is out of range".into(),
    }
}

/// The reply of a command that finds nothing and must not wait. After a timeout, the reply is always
/// a null array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nothing {
    Null,
    NullArray,
}

impl Context<'_> {
    /// Whether a command may be served from a key. Some servers serve a waiting client only from the
    /// key that changed.
    pub(super) fn may_serve_from(&self, key: &[u8]) -> bool {
        self.changed_key.is_none_or(|changed| changed == key)
    }

    /// Makes the client wait until one of the keys has a value of type `T`. Then the request runs
    /// again. A transaction does not wait.
    pub(super) fn wait_for<'k, T: DataType>(
        &mut self,
        keys: impl IntoIterator<Item = &'k [u8]>,
        deadline: Option<Timestamp>,
        nothing: Nothing,
        request: impl FnOnce() -> Request,
    ) {
        self.wait_for_change::<T>(keys, deadline, nothing, false, request);
    }

    /// The same; with `ends_when_gone`, the request also runs again when a key has no such value any
    /// more.
    pub(super) fn wait_for_change<'k, T: DataType>(
        &mut self,
        keys: impl IntoIterator<Item = &'k [u8]>,
        deadline: Option<Timestamp>,
        nothing: Nothing,
        ends_when_gone: bool,
        request: impl FnOnce() -> Request,
    ) {
        if self.in_transaction {
            let mut reply = self.reply();
            return match nothing {
                Nothing::Null => _ = reply.null(),
                Nothing::NullArray => _ = reply.null_array(),
            };
        }
        if self.attempt != Attempt::First {
            self.attempt = Attempt::InVain;
            return;
        }
        let mut distinct: Vec<SmallBytes> = Vec::new();
        for key in keys {
            if !distinct.iter().any(|known| **known == *key) {
                distinct.push(key.into());
            }
        }
        let wait = Wait {
            request: request(),
            database: self.client().session.database,
            keys: distinct,
            type_name: T::NAME,
            ends_when_gone,
            deadline,
            on_timeout: |reply| _ = reply.null_array(),
        };
        self.state.start_waiting(self.me, wait);
    }

    /// Makes the client wait for the end of a time. A transaction does not wait.
    pub(super) fn wait_for_time(
        &mut self,
        deadline: Option<Timestamp>,
        on_timeout: fn(&mut Reply<'_>),
        args: Args<'_>,
    ) {
        if self.in_transaction {
            return on_timeout(&mut self.reply());
        }
        let wait = Wait {
            request: args.to_request(),
            database: self.client().session.database,
            keys: Vec::new(),
            type_name: "",
            ends_when_gone: false,
            deadline,
            on_timeout,
        };
        self.state.start_waiting(self.me, wait);
    }
}
