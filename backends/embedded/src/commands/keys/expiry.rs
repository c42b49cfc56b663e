//! EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT, PERSIST, TTL, PTTL, EXPIRETIME, PEXPIRETIME.

use crate::commands::errors::NO_INTEGER;
use crate::commands::expiry::{
    ExpiryUnit, MILLISECONDS, MILLISECONDS_OF_EPOCH, SECONDS, SECONDS_OF_EPOCH,
};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Expiry, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(super) fn expire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_expiry(ctx, args, SECONDS, "expire")
}

pub(super) fn pexpire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_expiry(ctx, args, MILLISECONDS, "pexpire")
}

pub(super) fn expireat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_expiry(ctx, args, SECONDS_OF_EPOCH, "expireat")
}

pub(super) fn pexpireat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_expiry(ctx, args, MILLISECONDS_OF_EPOCH, "pexpireat")
}

/// The options NX, XX, GT and LT of EXPIRE: whether a new expiry may replace the present one.
#[derive(Default)]
struct ExpireConditions {
    only_if_none: bool,
    only_if_some: bool,
    only_if_later: bool,
    only_if_earlier: bool,
}

impl ExpireConditions {
    fn parse(words: Args<'_>) -> Result<Self, ErrorReply> {
        let mut conditions = Self::default();
        for word in words.iter() {
            match word.to_ascii_lowercase().as_slice() {
                b"nx" => conditions.only_if_none = true,
                b"xx" => conditions.only_if_some = true,
                b"gt" => conditions.only_if_later = true,
                b"lt" => conditions.only_if_earlier = true,
                _ => return Err(ErrorReply::quoting("ERR Unsupported option ", word, "").trimmed()),
            }
        }
        let Self { only_if_none, only_if_some, only_if_later, only_if_earlier } = conditions;
        if only_if_none && (only_if_some || only_if_later || only_if_earlier) {
            return Err(
                "ERR NX and XX, GT or LT options at the same time are not compatible".into()
            );
        }
        if only_if_later && only_if_earlier {
            return Err("ERR GT and LT options at the same time are not compatible".into());
        }
        Ok(conditions)
    }

    /// A key without an expiry counts as one that expires later than any other.
    fn allow(&self, present: Option<Expiry>, new: Expiry) -> bool {
        !(self.only_if_none && present.is_some()
            || self.only_if_some && present.is_none()
            || self.only_if_later && present.is_none_or(|present| new <= present)
            || self.only_if_earlier && present.is_some_and(|present| new >= present))
    }
}

fn set_expiry(ctx: &mut Context<'_>, args: Args<'_>, unit: ExpiryUnit, command: &str) -> Outcome {
    let key = &args[1];
    let conditions = ExpireConditions::parse(args.from(3))?;
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let now = expiry_of(ctx.now);
    let new = unit
        .expiry(number, now)
        .ok_or_else(|| (ctx.state.profile.errors.invalid_expire_time)(command))?;
    ctx.touch(key);
    let allowed = ctx.database().expiry(key).is_some_and(|present| conditions.allow(present, new));
    if allowed && new <= now {
        ctx.remove_past(key);
    }
    ctx.reply().integer(allowed.into());
    if allowed && new > now {
        ctx.change_expiry(key, Some(new), "expire");
    }
    Ok(())
}

pub(super) fn persist(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    ctx.touch(key);
    let expires = ctx.database().expiry(key).flatten().is_some();
    if expires {
        ctx.change_expiry(key, None, "persist");
    }
    ctx.reply().integer(expires.into());
    Ok(())
}

/// Rounds to the nearest second.
pub(super) fn ttl(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply_time_left(ctx, &args[1], |millis| millis.saturating_add(500) / 1000)
}

pub(super) fn pttl(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply_time_left(ctx, &args[1], |millis| millis)
}

fn reply_time_left(ctx: &mut Context<'_>, key: &[u8], unit: fn(i64) -> i64) -> Outcome {
    let now = expiry_of(ctx.now);
    reply_expiry(ctx, key, |expires| unit(expires - now))
}

pub(super) fn expiretime(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply_expiry(ctx, &args[1], |expires| expires.saturating_add(500) / 1000)
}

pub(super) fn pexpiretime(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply_expiry(ctx, &args[1], |expires| expires)
}

fn reply_expiry(ctx: &mut Context<'_>, key: &[u8], shown: impl Fn(Expiry) -> i64) -> Outcome {
    ctx.look_at_any(key);
    let reply = match ctx.database().expiry(key) {
        None => -2,
        Some(None) => -1,
        Some(Some(expires)) => shown(expires),
    };
    ctx.reply().integer(reply);
    Ok(())
}
