//! OBJECT: how a value is stored, and when it was last used.

use crate::commands::{Context, Outcome};
use crate::state::keyspace::Entry;
use crate::wire::Args;

pub(super) fn encoding(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let behaviour = &ctx.state.profile.encodings;
    let key = &args[2];
    let encoding = look_at(ctx, key).map(|entry| entry.encoding(key, behaviour));
    ctx.reply().bulk_or_null(encoding);
    Ok(())
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.object);
    Ok(())
}

pub(super) fn refcount(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let behaviour = &ctx.state.profile.encodings;
    match look_at(ctx, &args[2]).map(|entry| entry.references(behaviour)) {
        None => ctx.reply().null(),
        Some(references) => ctx.reply().integer(references.into()),
    };
    Ok(())
}

pub(super) fn idletime(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (now, eviction) = (ctx.now, ctx.state.config.eviction);
    match look_at(ctx, &args[2]).map(|entry| entry.idle_seconds(now)) {
        None => ctx.reply().null(),
        Some(_) if eviction.counts_uses() => {
            return Err("ERR An LFU maxmemory policy is selected, idle time not tracked. Please \
                        note that when switching between policies at runtime LRU and LFU data will \
                        take some time to adjust."
                .into());
        }
        Some(seconds) => ctx.reply().integer(seconds.into()),
    };
    Ok(())
}

pub(super) fn freq(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (now, eviction) = (ctx.now, ctx.state.config.eviction);
    match look_at(ctx, &args[2]).map(|entry| entry.frequency(&eviction, now)) {
        None => ctx.reply().null(),
        Some(_) if !eviction.counts_uses() => {
            return Err("ERR An LFU maxmemory policy is not selected, access frequency not \
                        tracked. Please note that when switching between policies at runtime LRU \
                        and LFU data will take some time to adjust."
                .into());
        }
        Some(frequency) => ctx.reply().integer(frequency.into()),
    };
    Ok(())
}

/// A key, without using it. The read counts.
fn look_at<'c>(ctx: &'c mut Context<'_>, key: &[u8]) -> Option<&'c Entry> {
    let is_present = ctx.database().contains(key);
    let stats = &mut ctx.state.stats;
    *(if is_present { &mut stats.keyspace_hits } else { &mut stats.keyspace_misses }) += 1;
    ctx.database().entry(key)
}
