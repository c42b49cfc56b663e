//! SET, GET, DEL, UNLINK, EXISTS, EXPIRE, PEXPIRE, PERSIST, TTL, PTTL, TYPE, KEYS, FLUSHALL,
//! FLUSHDB, DBSIZE.

use bytes::Bytes;

use super::{Context, Family, Outcome};
use crate::profile::ErrorTexts;
use crate::state::config::Events;
use crate::state::keyspace::{Database, Expiry, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("set", set),
    ("get", get),
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

const SYNTAX: &str = "ERR syntax error";
const NO_INTEGER: &str = "ERR value is not an integer or out of range";

impl Context<'_> {
    /// The database that the client has selected.
    fn database(&mut self) -> &mut Database {
        let selected = self.client().session.database;
        self.state.database(selected, self.now)
    }

    /// The client has changed a key.
    fn key_changed(&mut self, key: &[u8]) {
        let selected = self.client().session.database;
        self.state.key_changed(selected, key, self.now);
    }

    /// Tells of an event of a key in the client's database.
    fn notify(&mut self, class: Events, event: &str, key: &[u8]) {
        let selected = self.client().session.database;
        self.state.notify_keyspace_event(class, event, selected, key, self.now);
    }

    /// The database for a look at `key`: if it is not there, that is an event.
    fn look_up(&mut self, key: &[u8]) -> &mut Database {
        if !self.database().contains(key) {
            self.notify(Events::MISSED, "keymiss", key);
        }
        self.database()
    }
}

/// What follows `SET key value`.
#[derive(Default)]
struct SetOptions<'a> {
    only_if_absent: bool,
    only_if_present: bool,
    returns_old: bool,
    keeps_expiry: bool,
    expires: Option<(Clock, &'a [u8])>,
}

/// How long a key lives that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifetime {
    Endless,
    /// As long as what was there.
    Kept,
    Until(Expiry),
}

/// What a number of an expiry means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    /// Milliseconds in one.
    unit: i64,
    /// Counted from now, not from the epoch.
    from_now: bool,
}

const SECONDS: Clock = Clock { unit: 1000, from_now: true };
const MILLISECONDS: Clock = Clock { unit: 1, from_now: true };

impl Clock {
    /// The option of `SET` that means this.
    fn named(option: &[u8]) -> Option<Self> {
        match option.to_ascii_lowercase().as_slice() {
            b"ex" => Some(SECONDS),
            b"px" => Some(MILLISECONDS),
            b"exat" => Some(Self { from_now: false, ..SECONDS }),
            b"pxat" => Some(Self { from_now: false, ..MILLISECONDS }),
            _ => None,
        }
    }

    /// The time that `number` stands for; none where there is no such time.
    fn expiry(self, number: i64, now: Expiry) -> Option<Expiry> {
        let start = if self.from_now { now } else { 0 };
        number.checked_mul(self.unit)?.checked_add(start)
    }
}

impl<'a> SetOptions<'a> {
    /// An option may come twice, and then the last one counts; options that contradict may not.
    fn parse(mut words: Args<'a>) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        while let Some(word) = words.get(0) {
            words = words.from(1);
            match word.to_ascii_lowercase().as_slice() {
                b"nx" if !options.only_if_present => options.only_if_absent = true,
                b"xx" if !options.only_if_absent => options.only_if_present = true,
                b"get" => options.returns_old = true,
                b"keepttl" if options.expires.is_none() => options.keeps_expiry = true,
                _ => {
                    let clock = Clock::named(word).ok_or(SYNTAX)?;
                    let other = options.expires.is_some_and(|(other, _)| other != clock);
                    let number = words.get(0).filter(|_| !other && !options.keeps_expiry);
                    options.expires = Some((clock, number.ok_or(SYNTAX)?));
                    words = words.from(1);
                }
            }
        }
        Ok(options)
    }

    fn lifetime(&self, now: Expiry, words: &ErrorTexts) -> Result<Lifetime, ErrorReply> {
        let Some((clock, number)) = self.expires else {
            return Ok(if self.keeps_expiry { Lifetime::Kept } else { Lifetime::Endless });
        };
        let number = parse_integer(number).ok_or(NO_INTEGER)?;
        let expiry = Some(number).filter(|number| *number > 0);
        match expiry.and_then(|number| clock.expiry(number, now)) {
            Some(expiry) => Ok(Lifetime::Until(expiry)),
            None => Err((words.invalid_expire_time)("set")),
        }
    }
}

fn set(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, value) = (&args[1], &args[2]);
    let options = SetOptions::parse(args.from(3))?;
    let lifetime = options.lifetime(expiry_of(ctx.now), &ctx.state.profile.errors)?;
    let database = if options.returns_old { ctx.look_up(key) } else { ctx.database() };
    let old: Option<Bytes> = database.get(key).cloned();
    let sets = if old.is_some() { !options.only_if_absent } else { !options.only_if_present };
    if options.returns_old {
        ctx.reply().bulk_or_null(old);
        if sets {
            ctx.put(key, value, lifetime);
        }
        return Ok(());
    }
    if sets {
        ctx.put(key, value, lifetime);
        ctx.reply().ok();
    } else {
        ctx.reply().null();
    }
    Ok(())
}

impl Context<'_> {
    /// Sets a key, and tells of it.
    fn put(&mut self, key: &[u8], value: &[u8], lifetime: Lifetime) {
        let now = expiry_of(self.now);
        let is_new = !self.database().contains(key);
        let expires = match lifetime {
            Lifetime::Endless => None,
            Lifetime::Kept => self.database().expiry(key).flatten(),
            Lifetime::Until(past) if past <= now && self.state.profile.events.drops_past_set => {
                if !is_new {
                    self.end(key);
                }
                return;
            }
            Lifetime::Until(expires) => Some(expires),
        };
        self.database().set(key, value, expires);
        if is_new {
            self.notify(Events::NEW, "new", key);
        }
        self.key_changed(key);
        self.notify(Events::STRING, "set", key);
        if let Lifetime::Until(_) = lifetime {
            self.notify(Events::GENERIC, "expire", key);
        }
    }

    /// Removes a key whose time is set to be over.
    fn end(&mut self, key: &[u8]) {
        self.database().remove(key);
        self.key_changed(key);
        if self.state.profile.events.past_expiry_event_is_expired {
            self.notify(Events::EXPIRED, "expired", key);
        } else {
            self.notify(Events::GENERIC, "del", key);
        }
    }
}

fn get(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let value = ctx.look_up(&args[1]).get(&args[1]).cloned();
    ctx.reply().bulk_or_null(value);
    Ok(())
}

fn del(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut removed = 0;
    for key in args.from(1).iter() {
        if ctx.database().remove(key) {
            ctx.key_changed(key);
            ctx.notify(Events::GENERIC, "del", key);
            removed += 1;
        }
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

/// Whether an expiry may be replaced by another.
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

    /// No expiry counts as later than any.
    fn allow(&self, present: Option<Expiry>, new: Expiry) -> bool {
        !(self.only_if_none && present.is_some()
            || self.only_if_some && present.is_none()
            || self.only_if_later && present.is_none_or(|present| new <= present)
            || self.only_if_earlier && present.is_some_and(|present| new >= present))
    }
}

fn set_expiry(ctx: &mut Context<'_>, args: Args<'_>, clock: Clock, command: &str) -> Outcome {
    let key = &args[1];
    let conditions = ExpireConditions::parse(args.from(3))?;
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let now = expiry_of(ctx.now);
    let new = clock
        .expiry(number, now)
        .ok_or_else(|| (ctx.state.profile.errors.invalid_expire_time)(command))?;
    let database = ctx.database();
    let allowed = database.expiry(key).is_some_and(|present| conditions.allow(present, new));
    if allowed && new <= now {
        ctx.end(key);
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

/// Half a second and more counts as a whole one.
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

/// TYPE, whose name Rust keeps for itself.
fn kind(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let kind = if ctx.look_up(&args[1]).contains(&args[1]) { "string" } else { "none" };
    ctx.reply().simple(kind);
    Ok(())
}

fn keys(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let max_stars = ctx.state.profile.max_stars;
    let keys = ctx.database().matching(&args[1], max_stars);
    let keys: Vec<Bytes> = keys.into_iter().cloned().collect();
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
    /// Empties one database, or all of them. Some servers do it apart, and let the client wait
    /// meanwhile, unless it will not wait, or may not.
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

/// In memory, both ways of flushing are one.
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
