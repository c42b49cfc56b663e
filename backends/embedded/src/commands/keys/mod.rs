//! Commands for keys of every type: DEL, UNLINK, EXISTS, TOUCH, TYPE, KEYS, RANDOMKEY, DBSIZE, FLUSHDB,
//! FLUSHALL.
//!
//! [`expiry`] has the commands about the time that a key has left, [`moves`] those that rename, copy
//! and move keys, [`dump`] has DUMP and RESTORE, [`object`] has OBJECT, [`memory`] has MEMORY,
//! [`scan`](mod@scan) has SCAN, and [`wait`](mod@wait) the
//! commands that wait for replicas.

mod dump;
mod expiry;
mod memory;
mod moves;
mod object;
pub(super) mod scan;
mod wait;

use super::errors::SYNTAX;
use super::{Context, Family, Outcome};
use crate::state::keyspace::{SmallBytes, Value};
use crate::wire::Args;
use expiry::{expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl};
use moves::{copy, move_key, rename, renamenx, swapdb};
use object::{encoding, freq, help, idletime, refcount};
use scan::scan;
use wait::{wait, waitaof};

pub(crate) const FAMILY: Family = &[
    ("del", del),
    ("unlink", unlink),
    ("exists", exists),
    ("touch", touch),
    ("type", kind),
    ("keys", keys),
    ("randomkey", randomkey),
    ("dbsize", dbsize),
    ("flushall", flushall),
    ("flushdb", flushdb),
    ("expire", expire),
    ("expireat", expireat),
    ("pexpire", pexpire),
    ("pexpireat", pexpireat),
    ("persist", persist),
    ("ttl", ttl),
    ("pttl", pttl),
    ("expiretime", expiretime),
    ("pexpiretime", pexpiretime),
    ("rename", rename),
    ("renamenx", renamenx),
    ("copy", copy),
    ("move", move_key),
    ("swapdb", swapdb),
    ("object|help", help),
    ("object|encoding", encoding),
    ("object|freq", freq),
    ("object|idletime", idletime),
    ("object|refcount", refcount),
    ("dump", dump::dump),
    ("restore", dump::restore),
    ("restore-asking", dump::restore),
    ("memory|usage", memory::usage),
    ("memory|stats", memory::stats),
    ("memory|doctor", memory::doctor),
    ("memory|malloc-stats", memory::malloc_stats),
    ("memory|purge", memory::purge),
    ("memory|help", memory::help),
    ("scan", scan),
    ("wait", wait),
    ("waitaof", waitaof),
];

fn del(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut removed = 0;
    for key in args.from(1).iter() {
        removed += usize::from(ctx.delete(key));
    }
    ctx.reply().count(removed);
    Ok(())
}

/// Removes keys as DEL does. A real server frees large values later.
fn unlink(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let database = ctx.database();
    let is_large = |key: &&[u8]| database.get(key).is_some_and(Value::is_large);
    let large = args.from(1).iter().filter(is_large).count() as u64;
    ctx.state.stats.lazyfreed_objects += large;
    del(ctx, args)
}

fn exists(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let present = args.from(1).iter().filter(|key| ctx.look_at_any(key).is_some()).count();
    ctx.reply().count(present);
    Ok(())
}

/// Uses the keys, even if the client has turned that off.
fn touch(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let no_touch = std::mem::take(&mut ctx.client_mut().session.no_touch);
    let touched = args.from(1).iter().filter(|key| ctx.look_up_any(key).is_some()).count();
    ctx.client_mut().session.no_touch = no_touch;
    ctx.reply().count(touched);
    Ok(())
}

fn randomkey(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let len = ctx.database().len();
    let place = (len > 0).then(|| ctx.state.random.usize(..len));
    let key = place.and_then(|place| ctx.database().key_at(place).cloned());
    let database = ctx.client().session.database;
    let key = key.or_else(|| ctx.state.expired_in_pause(database).next().cloned());
    ctx.reply().bulk_or_null(key);
    Ok(())
}

/// Handles TYPE: `type` is a keyword in Rust.
fn kind(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let kind = ctx.look_at_any(&args[1]).map_or("none", Value::type_name);
    ctx.reply().simple(kind);
    Ok(())
}

fn keys(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let max_stars = ctx.state.profile.max_stars;
    let keys = ctx.database().matching(&args[1], max_stars);
    let mut keys: Vec<SmallBytes> = keys.into_iter().cloned().collect();
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
    ctx.count_changes(ctx.state.profile.changes.by_commands_themselves.into());
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
        if let Some(view) = self.state.cluster.as_deref_mut() {
            let [one, all] = self.state.profile.cluster.flushes_that_end_imports;
            view.imports.cancel(if database.is_some() { one } else { all }, self.now);
        }
        let waits = !self.in_transaction
            && !args.get(1).is_some_and(|option| option.eq_ignore_ascii_case(b"async"));
        let keys = |index: usize| self.state.keyspace.iter(index).len() as u64;
        if !waits || self.state.profile.flushes_between_rounds {
            let all = 0..self.state.config.databases;
            let freed = database.map_or_else(|| all.map(keys).sum(), keys);
            self.state.stats.lazyfreed_objects += if self.in_transaction { 0 } else { freed };
        }
        if waits && self.state.profile.flushes_between_rounds {
            self.state.flush_between_rounds(database, self.now);
        } else {
            self.state.flush(database, self.now);
        }
    }
}

fn check_flush_options(args: Args<'_>) -> Outcome {
    if is_way_to_flush(args.from(1)) { Ok(()) } else { Err(SYNTAX.into()) }
}

/// Whether the words are SYNC, ASYNC, or none.
pub(crate) fn is_way_to_flush(words: Args<'_>) -> bool {
    let known = |option: &[u8]| {
        option.eq_ignore_ascii_case(b"sync") || option.eq_ignore_ascii_case(b"async")
    };
    words.len() <= 1 && words.get(0).is_none_or(known)
}

fn dbsize(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let keys = ctx.database().len();
    let index = ctx.client().session.database;
    let expired = ctx.state.expired_in_pause(index).count();
    ctx.reply().count(keys + expired);
    Ok(())
}
