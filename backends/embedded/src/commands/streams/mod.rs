//! Streams: XLEN, XRANGE, XREVRANGE, XSETID.
//!
//! [`add`] has XADD and XTRIM, [`delete`] the commands that delete single entries, [`read`] has XREAD
//! and XREADGROUP, [`budget`] says how much they reply, [`groups`] has XGROUP and XACK, [`pending`],
//! [`claim`] and [`nack`] have the commands about pending entries, [`duplicates`] those about entries
//! that are sent again, [`info`] has XINFO, and [`ids`] parses IDs.

mod add;
mod budget;
mod claim;
mod delete;
mod duplicates;
mod groups;
mod ids;
mod info;
mod nack;
mod pending;
mod read;

use super::errors::{NO_INTEGER, NO_KEY, SYNTAX};
use super::{Context, Family, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::stream::{Fields, Stream, StreamId};
use crate::wire::{Args, ErrorReply, Reply, parse_integer};
use add::{xadd, xtrim};
use claim::{xautoclaim, xclaim};
use delete::{xackdel, xdel, xdelex};
use duplicates::{xcfgset, xidmprecord};
pub(crate) use groups::check_container;
use groups::{create, createconsumer, delconsumer, destroy, help, setid, xack};
use ids::{parse_bounds, parse_id};
use info::{consumers, describe, groups as list_groups, help as info_help};
use nack::xnack;
use pending::xpending;
use read::{xread, xreadgroup};

pub(crate) const FAMILY: Family = &[
    ("xadd", xadd),
    ("xtrim", xtrim),
    ("xlen", xlen),
    ("xrange", xrange),
    ("xrevrange", xrevrange),
    ("xsetid", xsetid),
    ("xdel", xdel),
    ("xdelex", xdelex),
    ("xackdel", xackdel),
    ("xread", xread),
    ("xreadgroup", xreadgroup),
    ("xgroup|help", help),
    ("xgroup|create", create),
    ("xgroup|setid", setid),
    ("xgroup|destroy", destroy),
    ("xgroup|createconsumer", createconsumer),
    ("xgroup|delconsumer", delconsumer),
    ("xack", xack),
    ("xpending", xpending),
    ("xclaim", xclaim),
    ("xnack", xnack),
    ("xcfgset", xcfgset),
    ("xidmprecord", xidmprecord),
    ("xautoclaim", xautoclaim),
    ("xinfo|help", info_help),
    ("xinfo|stream", describe),
    ("xinfo|groups", list_groups),
    ("xinfo|consumers", consumers),
];

/// Writes an entry: its ID, and its fields with their values.
fn write_entry(reply: &mut Reply<'_>, id: StreamId, fields: &Fields) {
    reply.array(2).bulk(id.to_bytes()).array(fields.len());
    fields.iter().for_each(|field| _ = reply.bulk(field));
}

/// The error for a group that is not there, or whose stream is not there.
fn no_group(key: &[u8], group: &[u8]) -> ErrorReply {
    ErrorReply::quoting("NOGROUP No such key '", key, "' or consumer group '")
        .and_quote(group)
        .and("'")
}

impl Context<'_> {
    /// The time of the command, in milliseconds since the Unix epoch.
    fn millis(&self) -> u64 {
        self.now.unix_millis()
    }

    /// The stream of a key; a missing one is created, with the limits of the configuration.
    fn edit_or_create_stream(&mut self, key: &[u8]) -> Result<&mut Stream, ErrorReply> {
        let is_new = !self.database().contains(key);
        let limits = self.state.config.duplicates;
        let stream = self.edit_or_create::<Stream>(key)?;
        if is_new {
            stream.duplicates.limit(limits);
        }
        Ok(stream)
    }

    /// Tells of a change that leaves the entries of a stream as they are. It breaks no watch.
    fn groups_changed(&mut self, key: &[u8], event: &str) {
        self.count_changes(1);
        self.notify(Events::STREAM, event, key);
    }
}

fn xlen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (stream, mut reply) = ctx.read::<Stream>(&args[1])?;
    reply.count(stream.map_or(0, Stream::len));
    Ok(())
}

fn xrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    range(ctx, args, false)
}

fn xrevrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    range(ctx, args, true)
}

fn range(ctx: &mut Context<'_>, args: Args<'_>, is_reversed: bool) -> Outcome {
    let (start, end) = if is_reversed { (3, 2) } else { (2, 3) };
    let bounds = parse_bounds(&args[start], &args[end])?;
    let mut most: Option<i64> = None;
    let mut options = args.from(4);
    while let Some(option) = options.get(0) {
        let count = options.get(1).filter(|_| option.eq_ignore_ascii_case(b"count"));
        most = Some(parse_integer(count.ok_or(SYNTAX)?).ok_or(NO_INTEGER)?.max(0));
        options = options.from(2);
    }
    let (stream, mut reply) = ctx.read::<Stream>(&args[1])?;
    let Some(stream) = stream else {
        reply.array(0);
        return Ok(());
    };
    if most == Some(0) {
        reply.null_array();
        return Ok(());
    }
    let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let found: Vec<_> = match bounds {
        (start, end) if start > end => Vec::new(),
        (start, end) if is_reversed => stream.range(start..=end).rev().take(most).collect(),
        (start, end) => stream.range(start..=end).take(most).collect(),
    };
    reply.array(found.len());
    found.into_iter().for_each(|(id, fields)| write_entry(&mut reply, *id, fields));
    Ok(())
}

fn xsetid(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    // Servers without options look for the stream first.
    if !ctx.state.profile.streams.counts_entries && ctx.peek::<Stream>(key)?.is_none() {
        return Err(NO_KEY.into());
    }
    let id = parse_id(&args[2])?;
    let (mut added, mut max_deleted) = (None, None);
    let mut options = args.from(3);
    while let Some(option) = options.get(0) {
        let value = options.get(1).ok_or(SYNTAX)?;
        match option.to_ascii_lowercase().as_slice() {
            b"entriesadded" => {
                let number = parse_integer(value).ok_or(NO_INTEGER)?;
                let number = u64::try_from(number);
                added = Some(number.map_err(|_| "ERR entries_added must be positive")?);
            }
            b"maxdeletedid" => {
                let deleted = parse_id(value)?;
                if id < deleted {
                    return Err("ERR The ID specified in XSETID is smaller than the provided \
                                max_deleted_entry_id"
                        .into());
                }
                max_deleted = Some(deleted);
            }
            _ => return Err(SYNTAX.into()),
        }
        options = options.from(2);
    }
    let checks_deleted = ctx.state.profile.streams.checks_deleted_ids;
    let stream = ctx.edit::<Stream>(key)?.ok_or(NO_KEY)?;
    if checks_deleted && id < stream.max_deleted {
        return Err(
            "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id".into()
        );
    }
    if stream.last_entry_id().is_some_and(|last| id < last) {
        return Err(
            "ERR The ID specified in XSETID is smaller than the target stream top item".into()
        );
    }
    if added.is_some_and(|added| added < stream.len() as u64) {
        return Err("ERR The entries_added specified in XSETID is smaller than the target stream \
                    length"
            .into());
    }
    stream.last_id = id;
    stream.added = added.unwrap_or(stream.added);
    stream.max_deleted = max_deleted.unwrap_or(stream.max_deleted);
    ctx.reply().ok();
    ctx.groups_changed(key, "xsetid");
    Ok(())
}
