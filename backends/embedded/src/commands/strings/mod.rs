//! Strings: SET, GET, SETNX, SETEX, PSETEX, GETSET, GETDEL, GETEX.
//!
//! [`options`] has the options of SET and MSETEX, [`compare`] the comparisons of SET and DELEX,
//! [`conditional`] the commands that compare, [`many`] those for several keys, [`ranges`] those for a
//! part of a string, [`numbers`] those that count, [`increx`](mod@increx) has INCREX, and [`lcs`](mod@lcs) has
//! LCS. Commands for bits are in a [family](super::bits) of their own.

mod compare;
mod conditional;
mod increx;
mod lcs;
mod many;
mod numbers;
mod options;
mod ranges;

use super::errors::SYNTAX;
use super::expiry::{ExpiryUnit, MILLISECONDS, SECONDS};
use super::{Context, Family, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{DataType, Lifetime, StringValue, Use, expiry_of};
use crate::wire::{Args, ErrorReply};
use conditional::{delex, delifeq, digest};
use increx::increx;
use lcs::{lcs, stralgo};
use many::{mget, mset, msetex, msetnx};
use numbers::{decr, decrby, incr, incrby, incrbyfloat};
use options::{Accepted, SetOptions};
use ranges::{append, getrange, setrange, strlen};

pub(crate) const FAMILY: Family = &[
    ("set", set),
    ("get", get),
    ("setnx", setnx),
    ("setex", setex),
    ("psetex", psetex),
    ("getset", getset),
    ("getdel", getdel),
    ("getex", getex),
    ("mget", mget),
    ("mset", mset),
    ("msetnx", msetnx),
    ("msetex", msetex),
    ("append", append),
    ("strlen", strlen),
    ("getrange", getrange),
    ("substr", getrange),
    ("setrange", setrange),
    ("incr", incr),
    ("decr", decr),
    ("incrby", incrby),
    ("decrby", decrby),
    ("incrbyfloat", incrbyfloat),
    ("increx", increx),
    ("delex", delex),
    ("delifeq", delifeq),
    ("digest", digest),
    ("lcs", lcs),
    ("stralgo", stralgo),
];

/// An old value is sent before the condition is looked at, so an error of the condition follows it.
fn set(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, value) = (&args[1], &args[2]);
    let profile = ctx.state.profile;
    let options = SetOptions::parse(args.from(3), Accepted::of_set(&profile.strings))?;
    let lifetime = options.lifetime("set", expiry_of(ctx.now), &profile.errors)?;
    if options.returns_old {
        let (old, mut reply) = ctx.read::<StringValue>(key)?;
        reply.bulk_or_null(old.map(StringValue::bytes));
    }
    let sets = options.allow(ctx, key)?;
    if sets {
        ctx.put(key, value, lifetime);
    }
    match (options.returns_old, sets) {
        (true, _) => {}
        (false, true) => _ = ctx.reply().ok(),
        (false, false) => _ = ctx.reply().null(),
    }
    Ok(())
}

impl Context<'_> {
    /// Sets a key to a string and sends its events.
    fn put(&mut self, key: &[u8], value: &[u8], lifetime: Lifetime) {
        let past = matches!(lifetime, Lifetime::Until(at) if at <= expiry_of(self.now));
        if past && self.state.profile.events.set_in_the_past_removes_key {
            return self.put_past(key);
        }
        self.replace(key, self.sent_string(value).into_value(), lifetime);
        self.notify(Events::STRING, "set", key);
        if let Lifetime::Until(_) = lifetime {
            self.notify(Events::GENERIC, "expire", key);
        }
    }
}

impl Context<'_> {
    /// The string that a client or a script sent, as it is stored.
    fn sent_string(&self, bytes: &[u8]) -> StringValue {
        let is_from_script = self.me != self.caller;
        match is_from_script && self.state.profile.scripts.integers_stay_text {
            true => StringValue::text(bytes),
            false => StringValue::new(bytes),
        }
    }

    /// Sets a key to a string that was computed from its old value.
    fn update_string(&mut self, key: &[u8], value: StringValue, lifetime: Lifetime, event: &str) {
        let now = self.now;
        // The command has used the old value.
        if self.database().set(key, value.into_value(), lifetime, Use::None, now).is_none() {
            self.notify(Events::NEW, "new", key);
        }
        self.key_changed(key);
        self.notify(Events::STRING, event, key);
    }
}

fn get(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (value, mut reply) = ctx.read::<StringValue>(&args[1])?;
    reply.bulk_or_null(value.map(StringValue::bytes));
    Ok(())
}

fn setnx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let sets = !ctx.database().contains(&args[1]);
    if sets {
        ctx.put(&args[1], &args[2], Lifetime::Endless);
    }
    ctx.reply().count(sets.into());
    Ok(())
}

fn setex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_with_expiry(ctx, args, SECONDS, "setex")
}

fn psetex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_with_expiry(ctx, args, MILLISECONDS, "psetex")
}

fn set_with_expiry(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    unit: ExpiryUnit,
    command: &str,
) -> Outcome {
    let texts = &ctx.state.profile.errors;
    let expiry = unit.parse(&args[2], expiry_of(ctx.now), command, texts)?;
    ctx.put(&args[1], &args[3], Lifetime::Until(expiry));
    ctx.reply().ok();
    Ok(())
}

fn getset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (old, mut reply) = ctx.read::<StringValue>(&args[1])?;
    reply.bulk_or_null(old.map(StringValue::bytes));
    ctx.put(&args[1], &args[2], Lifetime::Endless);
    Ok(())
}

fn getdel(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (value, mut reply) = ctx.read::<StringValue>(&args[1])?;
    reply.bulk_or_null(value.map(StringValue::bytes));
    ctx.delete(&args[1]);
    Ok(())
}

/// The change that GETEX makes to the expiry.
enum ExpiryChange<'a> {
    Keep,
    Persist,
    Set(ExpiryUnit, &'a [u8]),
}

impl<'a> ExpiryChange<'a> {
    fn parse(mut args: Args<'a>) -> Result<Self, ErrorReply> {
        let mut change = Self::Keep;
        while let Some(word) = args.get(0) {
            change = match (ExpiryUnit::named(word), args.get(1), &change) {
                (Some(unit), Some(number), Self::Keep) => Self::Set(unit, number),
                (Some(unit), Some(number), Self::Set(other, _)) if *other == unit => {
                    Self::Set(unit, number)
                }
                (None, _, Self::Keep | Self::Persist) if word.eq_ignore_ascii_case(b"persist") => {
                    args = args.from(1);
                    change = Self::Persist;
                    continue;
                }
                _ => return Err(SYNTAX.into()),
            };
            args = args.from(2);
        }
        Ok(change)
    }

    /// The lifetime that it stands for.
    fn lifetime(&self, ctx: &Context<'_>) -> Result<Lifetime, ErrorReply> {
        Ok(match self {
            Self::Keep => Lifetime::Kept,
            Self::Persist => Lifetime::Endless,
            Self::Set(unit, number) => {
                let texts = &ctx.state.profile.errors;
                Lifetime::Until(unit.parse(number, expiry_of(ctx.now), "getex", texts)?)
            }
        })
    }
}

/// An expiry in the past deletes the key.
fn getex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let change = ExpiryChange::parse(args.from(2))?;
    if ctx.state.profile.strings.getex_reads_expiry_first {
        change.lifetime(ctx)?;
    }
    if ctx.look_up::<StringValue>(key)?.is_none() {
        ctx.reply().null();
        return Ok(());
    }
    let lifetime = change.lifetime(ctx)?;
    let (value, mut reply) = ctx.peek_and_reply::<StringValue>(key)?;
    reply.bulk_or_null(value.map(StringValue::bytes));
    match lifetime {
        Lifetime::Until(past) if past <= expiry_of(ctx.now) => ctx.remove_past(key),
        Lifetime::Until(expiry) => ctx.change_expiry(key, Some(expiry), "expire"),
        Lifetime::Endless if ctx.database().expiry(key).flatten().is_some() => {
            ctx.change_expiry(key, None, "persist");
        }
        Lifetime::Endless | Lifetime::Kept => {}
    }
    Ok(())
}
