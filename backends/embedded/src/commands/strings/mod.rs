//! SET, GET, STRLEN, MSETEX, DELEX, DELIFEQ, DIGEST, INCREX.
//!
//! [`options`] has the options of SET and MSETEX, [`compare`] the comparisons of SET and DELEX,
//! [`increx`](mod@increx) has INCREX, and [`float`] its numbers with a fraction.

mod compare;
mod float;
mod increx;
mod options;

use bytes::Bytes;

use super::{Context, Family, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::expiry_of;
use crate::wire::{Args, parse_integer};
use compare::Comparison;
use increx::increx;
use options::{Accepted, Lifetime, SetOptions};

pub(crate) const FAMILY: Family = &[
    ("set", set),
    ("get", get),
    ("strlen", strlen),
    ("msetex", msetex),
    ("delex", delex),
    ("delifeq", delifeq),
    ("digest", digest),
    ("increx", increx),
];

/// An old value is sent before the condition is looked at, so an error of the condition follows it.
fn set(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, value) = (&args[1], &args[2]);
    let profile = ctx.state.profile;
    let options = SetOptions::parse(args.from(3), Accepted::of_set(&profile.strings))?;
    let lifetime = options.lifetime("set", expiry_of(ctx.now), &profile.errors)?;
    let database = if options.returns_old { ctx.look_up(key) } else { ctx.database() };
    let old: Option<Bytes> = database.get(key).cloned();
    if options.returns_old {
        ctx.reply().bulk_or_null(old.as_ref());
    }
    let sets = options.allow(old.as_deref())?;
    if sets {
        ctx.put(key, value, lifetime);
    }
    if options.returns_old {
        return Ok(());
    }
    if sets {
        ctx.reply().ok();
    } else {
        ctx.reply().null();
    }
    Ok(())
}

impl Context<'_> {
    /// Sets a key and sends its events.
    fn put(&mut self, key: &[u8], value: &[u8], lifetime: Lifetime) {
        let past = matches!(lifetime, Lifetime::Until(at) if at <= expiry_of(self.now));
        if past && self.state.profile.events.set_in_the_past_removes_key {
            if self.database().contains(key) {
                self.remove_past(key);
            }
            return;
        }
        self.replace(key, value, lifetime);
        self.notify(Events::STRING, "set", key);
        if let Lifetime::Until(_) = lifetime {
            self.notify(Events::GENERIC, "expire", key);
        }
    }

    /// Sets a key and sends the events that this causes with any command.
    fn replace(&mut self, key: &[u8], value: &[u8], lifetime: Lifetime) {
        let is_new = !self.database().contains(key);
        let expires = match lifetime {
            Lifetime::Endless => None,
            Lifetime::Kept => self.database().expiry(key).flatten(),
            Lifetime::Until(expires) => Some(expires),
        };
        self.database().set(key, value, expires);
        if is_new {
            self.notify(Events::NEW, "new", key);
        } else {
            self.notify(Events::OVERWRITTEN, "overwritten", key);
        }
        self.key_changed(key);
    }
}

fn get(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let value = ctx.look_up(&args[1]).get(&args[1]).cloned();
    ctx.reply().bulk_or_null(value);
    Ok(())
}

fn strlen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let length = ctx.look_up(&args[1]).get(&args[1]).map_or(0, Bytes::len);
    ctx.reply().count(length);
    Ok(())
}

/// Sets all keys or none.
fn msetex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let profile = ctx.state.profile;
    let number = parse_integer(&args[1]).and_then(|number| i32::try_from(number).ok());
    let number = number.and_then(|number| usize::try_from(number).ok()).filter(|it| *it > 0);
    let words = 2 * number.ok_or(profile.strings.msetex_invalid_number)?;
    let pairs = args.from(2);
    if pairs.len() < words {
        return Err(profile.strings.msetex_missing_pairs.into());
    }
    let options = SetOptions::parse(pairs.from(words), Accepted::OF_MSETEX)?;
    let lifetime = options.lifetime("msetex", expiry_of(ctx.now), &profile.errors)?;
    let pairs = || pairs.iter().step_by(2).zip(pairs.from(1).iter().step_by(2)).take(words / 2);
    for (key, _) in pairs() {
        if !options.allow(ctx.database().get(key).map(|value| &**value))? {
            ctx.reply().count(0);
            return Ok(());
        }
    }
    for (key, value) in pairs() {
        ctx.replace(key, value, lifetime);
        let events = [(Events::GENERIC, "expire"), (Events::STRING, "set")];
        let expires = matches!(lifetime, Lifetime::Until(_));
        let mut events = events[usize::from(!expires)..].to_vec();
        if !profile.strings.msetex_expires_before_set {
            events.reverse();
        }
        for (class, event) in events {
            ctx.notify(class, event, key);
        }
    }
    ctx.reply().count(1);
    Ok(())
}

/// Looks for the key before it checks the condition, so a missing key hides errors.
fn delex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let (word, operand) = match (args.get(2), args.get(3), args.len()) {
        (None, ..) => {
            let removed = ctx.delete(key);
            ctx.reply().integer(removed.into());
            return Ok(());
        }
        (Some(word), Some(operand), 4) => (word, operand),
        _ => return Err("ERR wrong number of arguments for 'delex' command".into()),
    };
    let value = ctx.look_up(key).get(key).cloned();
    let removes = match &value {
        Some(value) => Comparison::named(word)
            .ok_or("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")?
            .holds(operand, Some(value))?,
        None => false,
    };
    let removed = removes && ctx.delete(key);
    ctx.reply().integer(removed.into());
    Ok(())
}

fn delifeq(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let removes = ctx.database().get(key).is_some_and(|value| value[..] == args[2]);
    let removed = removes && ctx.delete(key);
    ctx.reply().integer(removed.into());
    Ok(())
}

fn digest(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let digest = ctx.look_up(&args[1]).get(&args[1]).map(|value| compare::digest(value));
    ctx.reply().bulk_or_null(digest);
    Ok(())
}
