//! XINFO.

use super::groups::no_such_group;
use super::write_entry;
use crate::commands::errors::{NO_INTEGER, NO_KEY};
use crate::commands::{Context, Outcome};
use crate::profile::streams::StreamBehaviour;
use crate::state::config::DuplicateLimits;
use crate::state::keyspace::stream::{Duplicates, Fields, Group, Stream, StreamId};
use crate::wire::{Args, Reply, parse_integer};

/// How many items the full description lists, if it is not told.
const LISTED: usize = 10;

pub(super) fn describe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let behaviour = &ctx.state.profile.streams;
    ctx.look_up::<Stream>(&args[2])?.ok_or(NO_KEY)?;
    let listed = match (args.get(3), args.get(4), args.get(5), args.len()) {
        (None, ..) => None,
        (Some(full), None, ..) if full.eq_ignore_ascii_case(b"full") => Some(LISTED),
        (Some(full), Some(word), Some(count), 6)
            if full.eq_ignore_ascii_case(b"full") && word.eq_ignore_ascii_case(b"count") =>
        {
            let count = parse_integer(count).ok_or(NO_INTEGER)?;
            match usize::try_from(count) {
                Ok(0) => Some(usize::MAX),
                Ok(count) => Some(count),
                Err(_) => Some(LISTED),
            }
        }
        _ => return Err((ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "XINFO")),
    };
    let now = ctx.millis();
    let (stream, mut reply) = ctx.peek_and_reply::<Stream>(&args[2])?;
    let stream = stream.ok_or(NO_KEY)?;
    let counted = if behaviour.counts_entries { 3 } else { 0 };
    let duplicates = if behaviour.finds_duplicates { 6 } else { 0 };
    let others = if listed.is_some() { 6 } else { 7 };
    reply.map(others + counted + duplicates);
    reply.bulk("length").count(stream.len());
    reply.bulk("radix-tree-keys").count(stream.node_count());
    reply.bulk("radix-tree-nodes").count(stream.node_count() + 1);
    reply.bulk("last-generated-id").bulk(stream.last_id.to_bytes());
    if behaviour.counts_entries {
        let first = stream.first_id().unwrap_or_default();
        reply.bulk("max-deleted-entry-id").bulk(stream.max_deleted.to_bytes());
        number(reply.bulk("entries-added"), stream.added);
        reply.bulk("recorded-first-entry-id").bulk(first.to_bytes());
    }
    if behaviour.finds_duplicates {
        write_duplicates(&mut reply, &stream.duplicates, now);
    }
    match listed {
        None => {
            reply.bulk("groups").count(stream.groups.len());
            let mut ends = [stream.range(..).next(), stream.range(..).next_back()].into_iter();
            for name in ["first-entry", "last-entry"] {
                write_end(reply.bulk(name), ends.next().flatten());
            }
        }
        Some(listed) => write_contents(&mut reply, stream, listed, behaviour),
    }
    Ok(())
}

fn write_duplicates(reply: &mut Reply<'_>, duplicates: &Duplicates, now: u64) {
    let DuplicateLimits { duration, entries } = duplicates.limits();
    let (producers, known) = duplicates.counts(now);
    number(reply.bulk("idmp-duration"), duration);
    reply.bulk("idmp-maxsize").count(entries);
    reply.bulk("pids-tracked").count(producers);
    reply.bulk("iids-tracked").count(known);
    number(reply.bulk("iids-added"), duplicates.added);
    number(reply.bulk("iids-duplicates"), duplicates.found);
}

fn write_end(reply: &mut Reply<'_>, entry: Option<(&StreamId, &Fields)>) {
    match entry {
        Some((id, fields)) => write_entry(reply, *id, fields),
        None => _ = reply.null(),
    }
}

fn number(reply: &mut Reply<'_>, number: u64) {
    reply.integer(i64::try_from(number).unwrap_or(i64::MAX));
}

/// Writes how much a group has read, and how far it lags behind.
fn write_progress(
    reply: &mut Reply<'_>,
    stream: &Stream,
    group: &Group,
    behaviour: &StreamBehaviour,
) {
    let read = group.entries_read.map(|read| i64::try_from(read).unwrap_or(i64::MAX));
    for (name, found) in [("entries-read", read), ("lag", stream.lag(group, behaviour))] {
        match found {
            Some(found) => _ = reply.bulk(name).integer(found),
            None => _ = reply.bulk(name).null(),
        }
    }
}

/// The entries and groups of a full description.
fn write_contents(
    reply: &mut Reply<'_>,
    stream: &Stream,
    listed: usize,
    behaviour: &StreamBehaviour,
) {
    reply.bulk("entries").array(stream.len().min(listed));
    for (id, fields) in stream.range(..).take(listed) {
        write_entry(reply, *id, fields);
    }
    reply.bulk("groups").array(stream.groups.len());
    for (name, group) in &stream.groups {
        let counted = if behaviour.counts_entries { 2 } else { 0 };
        let nacks = usize::from(behaviour.counts_nacks);
        reply.map(5 + counted + nacks).bulk("name").bulk(name);
        reply.bulk("last-delivered-id").bulk(group.last_id.to_bytes());
        if behaviour.counts_entries {
            write_progress(reply, stream, group, behaviour);
        }
        reply.bulk("pel-count").count(group.pending().len());
        if behaviour.counts_nacks {
            reply.bulk("nacked-count").count(group.released().count());
        }
        reply.bulk("pending").array(group.pending().len().min(listed));
        for (id, pending) in group.pending().iter().take(listed) {
            let consumer = pending.consumer.as_deref().unwrap_or_default();
            reply.array(4).bulk(id.to_bytes()).bulk(consumer);
            number(reply, pending.delivered);
            number(reply, pending.count);
        }
        write_consumers(reply, group, listed, behaviour);
    }
}

fn write_consumers(
    reply: &mut Reply<'_>,
    group: &Group,
    listed: usize,
    behaviour: &StreamBehaviour,
) {
    reply.bulk("consumers").array(group.consumers.len());
    for (name, consumer) in &group.consumers {
        reply.map(4 + usize::from(behaviour.shows_activity)).bulk("name").bulk(name);
        number(reply.bulk("seen-time"), consumer.seen);
        if behaviour.shows_activity {
            match consumer.active {
                Some(active) => number(reply.bulk("active-time"), active),
                None => _ = reply.bulk("active-time").integer(-1),
            }
        }
        reply.bulk("pel-count").count(consumer.pending.len());
        reply.bulk("pending").array(consumer.pending.len().min(listed));
        for id in consumer.pending.iter().take(listed) {
            let pending = group.pending().get(id);
            reply.array(3).bulk(id.to_bytes());
            number(reply, pending.map_or(0, |pending| pending.delivered));
            number(reply, pending.map_or(0, |pending| pending.count));
        }
    }
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.xinfo);
    Ok(())
}

pub(super) fn groups(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let behaviour = &ctx.state.profile.streams;
    let counts = behaviour.counts_entries;
    let (stream, mut reply) = ctx.read::<Stream>(&args[2])?;
    let stream = stream.ok_or(NO_KEY)?;
    reply.array(stream.groups.len());
    for (name, group) in &stream.groups {
        reply.map(if counts { 6 } else { 4 }).bulk("name").bulk(name);
        reply.bulk("consumers").count(group.consumers.len());
        reply.bulk("pending").count(group.pending().len());
        reply.bulk("last-delivered-id").bulk(group.last_id.to_bytes());
        if counts {
            write_progress(&mut reply, stream, group, behaviour);
        }
    }
    Ok(())
}

pub(super) fn consumers(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, name, now) = (&args[2], &args[3], ctx.millis());
    let shows_activity = ctx.state.profile.streams.shows_activity;
    let (stream, mut reply) = ctx.read::<Stream>(key)?;
    let stream = stream.ok_or(NO_KEY)?;
    let group = stream.groups.get(name).ok_or_else(|| no_such_group(key, name))?;
    reply.array(group.consumers.len());
    for (name, consumer) in &group.consumers {
        reply.map(3 + usize::from(shows_activity)).bulk("name").bulk(name);
        reply.bulk("pending").count(consumer.pending.len());
        number(reply.bulk("idle"), now.saturating_sub(consumer.seen));
        if shows_activity {
            match consumer.active {
                Some(active) => number(reply.bulk("inactive"), now.saturating_sub(active)),
                None => _ = reply.bulk("inactive").integer(-1),
            }
        }
    }
    Ok(())
}
