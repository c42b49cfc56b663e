//! DEL, UNLINK, EXISTS, EXPIRE, PEXPIRE, PERSIST, TTL, PTTL, TYPE, KEYS, FLUSHALL, FLUSHDB, DBSIZE.

use bytes::Bytes;

use super::errors::{NO_INTEGER, SYNTAX};
use super::expiry::{ExpiryUnit, MILLISECONDS, SECONDS};
use super::{Context, Family, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{Database, Expiry, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("del", del),
    ("unlink", del),
    ("exists", exists),
    ("expire", expire),
    ("pexpire", pexpire),
    ("persist", persist),
    ("ttl", ttl),
    ("pttl", pttl),
    ("type", kind),
    ("keys", keys),
    ("flushall", flushall),
    ("flushdb", flushdb),
    ("dbsize", dbsize),
];

impl Context<'_> {
    /// The database that the client has selected.
    pub(super) fn database(&mut self) -> &mut Database {
        let selected = self.client().session.database;
        self.state.database(selected, self.now)
    }

    /// Breaks the watches of a changed key in the client's database, and invalidates its caches.
    pub(super) fn key_changed(&mut self, key: &[u8]) {
        let selected = self.client().session.database;
        self.state.key_changed(selected, key, self.now);
    }

    /// Sends the keyspace notification of a key in the client's database.
    pub(super) fn notify(&mut self, class: Events, event: &str, key: &[u8]) {
        let selected = self.client().session.database;
        self.state.notify_keyspace_event(class, event, selected, key, self.now);
    }

    /// The client's database, for a read of `key`, which counts. A missing key causes a `keymiss`
    /// event.
    pub(super) fn look_up(&mut self, key: &[u8]) -> &mut Database {
        if self.database().contains(key) {
            self.state.stats.keyspace_hits += 1;
        } else {
            self.state.stats.keyspace_misses += 1;
            self.notify(Events::MISSED, "keymiss", key);
        }
        self.database()
    }

    /// Deletes a key with all that a deletion causes; false if it was not there.
    pub(super) fn delete(&mut self, key: &[u8]) -> bool {
        let is_there = self.database().remove(key);
        if is_there {
            self.key_changed(key);
            self.notify(Events::GENERIC, "del", key);
        }
        is_there
    }

    /// Removes a key because its new expiry is in the past.
    pub(super) fn remove_past(&mut self, key: &[u8]) {
        self.database().remove(key);
        self.key_changed(key);
        if self.state.profile.events.past_expiry_event_is_expired {
            self.state.stats.expired_keys += 1;
            self.notify(Events::EXPIRED, "expired", key);
        } else {
            self.notify(Events::GENERIC, "del", key);
        }
    }
}

fn del(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut removed = 0;
    for key in args.from(1).iter() {
        removed += usize::from(ctx.delete(key));
    }
    ctx.reply().count(removed);
    Ok(())
}

fn exists(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let present = args.from(1).iter().filter(|key| ctx.look_up(key).contains(key)).count();
    ctx.reply().count(present);
    Ok(())
}

fn expire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_expiry(ctx, args, SECONDS, "expire")
}

fn pexpire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_expiry(ctx, args, MILLISECONDS, "pexpire")
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
                _ => return Err(ErrorReply::quoting("ERR Unsupported option ", word, "")),
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
    let database = ctx.database();
    let allowed = database.expiry(key).is_some_and(|present| conditions.allow(present, new));
    if allowed && new <= now {
        ctx.remove_past(key);
    }
    ctx.reply().integer(allowed.into());
    if allowed && new > now {
        ctx.database().set_expiry(key, Some(new));
        ctx.key_changed(key);
        ctx.notify(Events::GENERIC, "expire", key);
    }
    Ok(())
}

fn persist(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let expires = ctx.database().expiry(key).flatten().is_some();
    if expires {
        ctx.database().set_expiry(key, None);
        ctx.key_changed(key);
        ctx.notify(Events::GENERIC, "persist", key);
    }
    ctx.reply().integer(expires.into());
    Ok(())
}

/// Rounds to the nearest second.
fn ttl(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply_time_left(ctx, &args[1], |millis| millis.saturating_add(500) / 1000)
}

fn pttl(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply_time_left(ctx, &args[1], |millis| millis)
}

fn reply_time_left(ctx: &mut Context<'_>, key: &[u8], unit: fn(i64) -> i64) -> Outcome {
    let now = expiry_of(ctx.now);
    let left = match ctx.look_up(key).expiry(key) {
        None => -2,
        Some(None) => -1,
        Some(Some(expires)) => unit(expires - now),
    };
    ctx.reply().integer(left);
    Ok(())
}

/// Handles TYPE: `type` is a keyword in Rust.
fn kind(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let kind = if ctx.look_up(&args[1]).contains(&args[1]) { "string" } else { "none" };
    ctx.reply().simple(kind);
    Ok(())
}

fn keys(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let max_stars = ctx.state.profile.max_stars;
    let keys = ctx.database().matching(&args[1], max_stars);
    let mut keys: Vec<Bytes> = keys.into_iter().cloned().collect();
    keys.retain(|key| !ctx.state.hides_key(key));
    let mut reply = ctx.deferred_array(keys.len());
    for key in keys {
        reply.bulk(key);
    }
    Ok(())
}

fn flushall(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_flush_options(args)?;
    ctx.flush(None, args);
    ctx.reply().ok();
    Ok(())
}

fn flushdb(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_flush_options(args)?;
    let selected = ctx.client().session.database;
    ctx.flush(Some(selected), args);
    ctx.reply().ok();
    Ok(())
}

impl Context<'_> {
    /// Empties one database, or all of them. Some servers flush in the background and block the
    /// client meanwhile, except with ASYNC and in a transaction.
    fn flush(&mut self, database: Option<usize>, args: Args<'_>) {
        let waits = !self.in_transaction
            && !args.get(1).is_some_and(|option| option.eq_ignore_ascii_case(b"async"));
        if waits && self.state.profile.flushes_between_rounds {
            self.state.flush_between_rounds(database, self.now);
        } else {
            self.state.flush(database, self.now);
        }
    }
}

/// Accepts SYNC, ASYNC or no option.
fn check_flush_options(args: Args<'_>) -> Outcome {
    let known = |option: &[u8]| {
        option.eq_ignore_ascii_case(b"sync") || option.eq_ignore_ascii_case(b"async")
    };
    if args.len() > 2 || args.get(1).is_some_and(|option| !known(option)) {
        return Err(SYNTAX.into());
    }
    Ok(())
}

fn dbsize(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let keys = ctx.database().len();
    let index = ctx.client().session.database;
    let expired = ctx.state.expired_in_pause(index);
    ctx.reply().count(keys + expired);
    Ok(())
}
