//! MGET, MSET, MSETNX, MSETEX.

use super::options::{Accepted, SetOptions};
use crate::commands::{Context, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{DataType, Lifetime, StringValue, expiry_of};
use crate::wire::{Args, ErrorReply, parse_integer};

/// A key with a value of another type counts as missing.
pub(super) fn mget(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let keys = args.from(1);
    ctx.reply().array(keys.len());
    for key in keys.iter() {
        let (value, mut reply) = ctx.read_any(key);
        reply.bulk_or_null(value.and_then(StringValue::of).map(StringValue::bytes));
    }
    Ok(())
}

pub(super) fn mset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_pairs(ctx, args, "mset")?;
    put_all(ctx, args);
    ctx.reply().ok();
    Ok(())
}

pub(super) fn msetnx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_pairs(ctx, args, "msetnx")?;
    let sets = !pairs(args).any(|(key, _)| ctx.database().contains(key));
    if sets {
        put_all(ctx, args);
    }
    ctx.reply().count(sets.into());
    Ok(())
}

fn check_pairs(ctx: &Context<'_>, args: Args<'_>, command: &str) -> Outcome {
    if args.len() % 2 == 1 {
        return Ok(());
    }
    let error = match ctx.state.profile.strings.mset_names_itself {
        true => format!("ERR wrong number of arguments for '{command}' command"),
        false => "ERR wrong number of arguments for MSET".to_owned(),
    };
    Err(ErrorReply::from(error))
}

fn pairs<'a>(args: Args<'a>) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    args.from(1).iter().step_by(2).zip(args.from(2).iter().step_by(2))
}

fn put_all(ctx: &mut Context<'_>, args: Args<'_>) {
    for (key, value) in pairs(args) {
        ctx.put(key, value, Lifetime::Endless);
    }
}

/// Sets all keys or none.
pub(super) fn msetex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
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
        if !options.allow(ctx, key)? {
            ctx.reply().count(0);
            return Ok(());
        }
    }
    for (key, value) in pairs() {
        ctx.replace(key, ctx.sent_string(value).into_value(), lifetime);
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
