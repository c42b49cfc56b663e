//! Hashes: HSET, HMSET, HSETNX, HGET, HMGET, HGETALL, HKEYS, HVALS, HLEN, HSTRLEN, HEXISTS, HDEL.
//!
//! [`numbers`] has HINCRBY and HINCRBYFLOAT, [`choose`] HRANDFIELD and HSCAN, [`import`] HIMPORT. Fields
//! that expire:
//! [`words`] (how requests are parsed), [`expiry`] (HEXPIRE, HTTL, HPERSIST and their kin), [`values`]
//! (HGETEX, HSETEX, HGETDEL).

mod choose;
mod expiry;
mod import;
mod numbers;
mod values;
mod words;

use choose::{hrandfield, hscan};
use expiry::{
    hexpire, hexpireat, hexpiretime, hpersist, hpexpire, hpexpireat, hpexpiretime, hpttl, httl,
};
use numbers::{hincrby, hincrbyfloat};
use values::{hgetdel, hgetex, hsetex};

use super::{Context, Family, Outcome};
use crate::state::keyspace::{Hash, SmallBytes};
use crate::wire::{Args, ErrorReply};

pub(crate) const FAMILY: Family = &[
    ("hset", hset),
    ("hmset", hmset),
    ("hsetnx", hsetnx),
    ("hget", hget),
    ("hmget", hmget),
    ("hgetall", hgetall),
    ("hkeys", hkeys),
    ("hvals", hvals),
    ("hlen", hlen),
    ("hstrlen", hstrlen),
    ("hexists", hexists),
    ("hdel", hdel),
    ("hincrby", hincrby),
    ("hincrbyfloat", hincrbyfloat),
    ("hrandfield", hrandfield),
    ("hscan", hscan),
    ("hexpire", hexpire),
    ("hpexpire", hpexpire),
    ("hexpireat", hexpireat),
    ("hpexpireat", hpexpireat),
    ("httl", httl),
    ("hpttl", hpttl),
    ("hexpiretime", hexpiretime),
    ("hpexpiretime", hpexpiretime),
    ("hpersist", hpersist),
    ("hgetdel", hgetdel),
    ("hgetex", hgetex),
    ("hsetex", hsetex),
    ("himport|discard", import::discard),
    ("himport|discardall", import::discard_all),
    ("himport|prepare", import::prepare),
    ("himport|set", import::set),
];

fn hset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let added = set_fields(ctx, args, "hset")?;
    ctx.reply().count(added);
    ctx.hash_changed(&args[1], "hset", pairs(args.from(2)).map(|(field, _)| field));
    Ok(())
}

fn hmset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    set_fields(ctx, args, "hmset")?;
    ctx.reply().ok();
    ctx.hash_changed(&args[1], "hset", pairs(args.from(2)).map(|(field, _)| field));
    Ok(())
}

/// Sets pairs of fields and values, and returns how many fields are new.
fn set_fields(ctx: &mut Context<'_>, args: Args<'_>, command: &str) -> Result<usize, ErrorReply> {
    if args.len() % 2 == 1 {
        return Err(format!("ERR wrong number of arguments for '{command}' command").into());
    }
    let hash = ctx.edit_or_create::<Hash>(&args[1])?;
    Ok(pairs(args.from(2)).map(|(field, value)| usize::from(hash.set(field, value))).sum())
}

/// The fields among the words, each with its value.
fn pairs(words: Args<'_>) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    words.iter().zip(words.iter().skip(1)).step_by(2)
}

fn hsetnx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, field) = (&args[1], &args[2]);
    let is_present = ctx.peek::<Hash>(key)?.is_some_and(|hash| hash.get(field).is_some());
    if is_present {
        ctx.reply().count(0);
        return Ok(());
    }
    ctx.edit_or_create::<Hash>(key)?.set(field, &args[3]);
    ctx.reply().count(1);
    ctx.hash_changed(key, "hset", [field]);
    Ok(())
}

fn hget(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.bulk_or_null(hash.and_then(|hash| hash.get(&args[2])));
    Ok(())
}

fn hmget(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    let fields = args.from(2);
    reply.array(fields.len());
    for field in fields.iter() {
        reply.bulk_or_null(hash.and_then(|hash| hash.get(field)));
    }
    Ok(())
}

fn hgetall(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.map(hash.map_or(0, Hash::len));
    for (field, value) in hash.iter().flat_map(|hash| hash.iter()) {
        reply.bulk(field).bulk(value);
    }
    Ok(())
}

fn hkeys(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, |(field, _)| field)
}

fn hvals(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, |(_, value)| value)
}

fn list(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    part: for<'h> fn((&'h SmallBytes, &'h SmallBytes)) -> &'h SmallBytes,
) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.array(hash.map_or(0, Hash::len));
    hash.iter().flat_map(|hash| hash.iter()).for_each(|pair| _ = reply.bulk(part(pair)));
    Ok(())
}

fn hlen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.count(hash.map_or(0, Hash::len));
    Ok(())
}

fn hstrlen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.count(hash.and_then(|hash| hash.get(&args[2])).map_or(0, |value| value.len()));
    Ok(())
}

fn hexists(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (hash, mut reply) = ctx.read::<Hash>(&args[1])?;
    reply.count(hash.is_some_and(|hash| hash.get(&args[2]).is_some()).into());
    Ok(())
}

fn hdel(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let mut removed = Vec::new();
    if let Some(hash) = ctx.edit::<Hash>(key)? {
        removed.extend(args.from(2).iter().filter(|field| hash.remove(field).is_some()));
    }
    if !removed.is_empty() {
        ctx.hash_changed(key, "hdel", &removed);
    }
    ctx.reply().count(removed.len());
    Ok(())
}
