//! XCLAIM, XAUTOCLAIM: gives pending entries to another consumer.

use super::ids::parse_start;
use super::{no_group, write_entry};
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::stream::{Fields, Group, Pending, Stream, StreamId};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The options of XCLAIM, and those that XAUTOCLAIM has too.
#[derive(Default)]
struct Options {
    /// Entries that were delivered later are not claimed, in milliseconds.
    idle: u64,
    /// When the entries count as delivered.
    delivered: Option<u64>,
    count: Option<u64>,
    forces: bool,
    only_ids: bool,
    last_id: Option<StreamId>,
}

fn parse_idle(word: &[u8], command: &str) -> Result<u64, ErrorReply> {
    let idle = parse_integer(word)
        .ok_or_else(|| format!("ERR Invalid min-idle-time argument for {command}"))?;
    Ok(u64::try_from(idle).unwrap_or(0))
}

impl Options {
    fn parse(mut words: Args<'_>, idle: u64, now: u64) -> Result<Self, ErrorReply> {
        let mut options = Self { idle, ..Self::default() };
        while let Some(word) = words.get(0) {
            let operand = words.get(1);
            let number = |name: &str| {
                let number = operand.and_then(parse_integer);
                number.ok_or_else(|| format!("ERR Invalid {name} option argument for XCLAIM"))
            };
            let used = match (word.to_ascii_lowercase().as_slice(), operand) {
                (b"force", _) => {
                    options.forces = true;
                    1
                }
                (b"justid", _) => {
                    options.only_ids = true;
                    1
                }
                (b"idle", Some(_)) => {
                    let idle = u64::try_from(number("IDLE")?).unwrap_or(0);
                    options.delivered = Some(now.saturating_sub(idle));
                    2
                }
                (b"time", Some(_)) => {
                    let time = u64::try_from(number("TIME")?).ok();
                    options.delivered = Some(time.filter(|time| *time <= now).unwrap_or(now));
                    2
                }
                (b"retrycount", Some(_)) => {
                    options.count = u64::try_from(number("RETRYCOUNT")?).ok();
                    2
                }
                (b"lastid", Some(id)) => {
                    options.last_id = Some(super::parse_id(id)?);
                    2
                }
                _ => {
                    return Err(ErrorReply::quoting("ERR Unrecognized XCLAIM option '", word, "'"));
                }
            };
            words = words.from(used);
        }
        Ok(options)
    }

    /// Whether an entry may be claimed.
    fn allow(&self, pending: Option<&Pending>, is_present: bool, now: u64) -> bool {
        match pending {
            Some(pending) => pending.idle(now) >= self.idle,
            None => self.forces && is_present,
        }
    }

    /// How an entry is pending once it is claimed.
    fn claimed(&self, consumer: &[u8], before: &Pending, now: u64) -> Pending {
        let count = match self.count {
            Some(count) => count,
            None if self.only_ids => before.count,
            None => before.next_count(),
        };
        let delivered = self.delivered.unwrap_or(now);
        Pending { consumer: Some(consumer.into()), delivered, count, ..Pending::default() }
    }
}

/// The result for an entry that a client tried to claim.
enum Claim {
    /// It is not pending, or was delivered too recently.
    NotClaimed,
    /// It is deleted, and no longer pending.
    Dropped,
    /// Without fields if the entry is deleted.
    Claimed(Option<Fields>),
}

/// Claims one entry of a group that is there.
fn claim(
    stream: &mut Stream,
    group: &[u8],
    consumer: &[u8],
    id: StreamId,
    options: &Options,
    drops_deleted: bool,
    now: u64,
) -> Claim {
    let fields = stream.get(id).cloned();
    let Some(group) = stream.groups.get_mut(group) else { return Claim::NotClaimed };
    if fields.is_none() && drops_deleted {
        let was_pending = group.acknowledge(id);
        return if was_pending { Claim::Dropped } else { Claim::NotClaimed };
    }
    if !options.allow(group.pending().get(&id), fields.is_some(), now) {
        return Claim::NotClaimed;
    }
    let before = group.pending().get(&id).cloned();
    // An entry that is not pending counts as delivered once.
    let before = before.unwrap_or(Pending { count: 1, ..Pending::default() });
    group.assign(id, options.claimed(consumer, &before, now));
    if let Some(consumer) = group.consumers.get_mut(consumer) {
        consumer.active = Some(now);
    }
    Claim::Claimed(fields)
}

pub(super) fn xclaim(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, group, consumer) = (&args[1], &args[2], &args[3]);
    let now = ctx.millis();
    let drops_deleted = ctx.state.profile.streams.drops_deleted_entries;
    ctx.look_up::<Stream>(key)?;
    check_group(ctx, key, group)?;
    let idle = parse_idle(&args[4], "XCLAIM")?;
    let words = args.from(5);
    let ids: Vec<StreamId> = words.iter().map_while(|word| StreamId::parse(word, 0)).collect();
    let options = Options::parse(words.from(ids.len()), idle, now)?;
    let is_new = see_claimer(ctx, key, [group, consumer], &ids, &options)?;
    let Some(stream) = ctx.edit::<Stream>(key)? else { return Ok(()) };
    let mut has_moved = false;
    if let Some(group) = stream.groups.get_mut(group) {
        let last_id = group.last_id.max(options.last_id.unwrap_or_default());
        has_moved = std::mem::replace(&mut group.last_id, last_id) != last_id;
    }
    let (mut claimed, mut dropped) = (Vec::new(), 0);
    for id in ids {
        match claim(stream, group, consumer, id, &options, drops_deleted, now) {
            Claim::NotClaimed => {}
            Claim::Dropped => dropped += 1,
            Claim::Claimed(fields) => claimed.push((id, fields)),
        }
    }
    // The new last ID counts only if no entry does.
    ctx.count_changes((claimed.len() + dropped).max(has_moved.into()));
    write_claimed(ctx, &claimed, options.only_ids, is_new.then_some(key));
    Ok(())
}

/// Fails if a stream does not have a group.
fn check_group(ctx: &mut Context<'_>, key: &[u8], group: &[u8]) -> Outcome {
    let stream = ctx.peek::<Stream>(key)?;
    match stream.is_some_and(|stream| stream.groups.contains_key(group)) {
        true => Ok(()),
        false => Err(no_group(key, group)),
    }
}

/// Makes a consumer that claims, and returns whether it is new. Some servers do so only if it gets an
/// entry.
fn see_claimer(
    ctx: &mut Context<'_>,
    key: &[u8],
    [group, consumer]: [&[u8]; 2],
    ids: &[StreamId],
    options: &Options,
) -> Result<bool, ErrorReply> {
    let behaviour = &ctx.state.profile.streams;
    let (now, makes_any) = (ctx.millis(), behaviour.makes_idle_consumers);
    let is_needed = ctx.peek::<Stream>(key)?.is_some_and(|stream| {
        let allows = |group: &Group, id: &StreamId| {
            let is_there = stream.get(*id).is_some();
            (is_there || !behaviour.drops_deleted_entries)
                && options.allow(group.pending().get(id), is_there, now)
        };
        let group = stream.groups.get(group);
        group.is_some_and(|group| {
            group.consumers.contains_key(consumer) || ids.iter().any(|id| allows(group, id))
        })
    });
    if makes_any || is_needed { ctx.see_consumer(key, group, consumer) } else { Ok(false) }
}

/// Writes the entries. The event of a new consumer of the stream comes after their number.
fn write_claimed(
    ctx: &mut Context<'_>,
    claimed: &[(StreamId, Option<Fields>)],
    only_ids: bool,
    new_consumer_of: Option<&[u8]>,
) {
    ctx.reply().array(claimed.len());
    if let Some(key) = new_consumer_of {
        ctx.tell_of_consumer(key);
    }
    let mut reply = ctx.reply();
    for (id, fields) in claimed {
        match fields {
            _ if only_ids => _ = reply.bulk(id.to_bytes()),
            Some(fields) => write_entry(&mut reply, *id, fields),
            None => _ = reply.null(),
        }
    }
}

/// The most entries that XAUTOCLAIM claims where servers reserve memory for the IDs of deleted ones.
const MOST_CLAIMED: usize = i64::MAX as usize / 16;

/// Looks at ten entries for each that it may claim or drop.
pub(super) fn xautoclaim(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, group, consumer) = (&args[1], &args[2], &args[3]);
    let now = ctx.millis();
    let drops_deleted = ctx.state.profile.streams.drops_deleted_entries;
    ctx.look_up_any(key);
    let idle = parse_idle(&args[4], "XAUTOCLAIM")?;
    let start = parse_start(&args[5])?;
    let mut options = Options { idle, ..Options::default() };
    let limit = if drops_deleted { MOST_CLAIMED } else { usize::MAX };
    let mut most = 100;
    let mut words = args.from(6);
    while let Some(word) = words.get(0) {
        let used = match (word.to_ascii_lowercase().as_slice(), words.get(1)) {
            (b"count", Some(count)) => {
                let count = parse_integer(count).and_then(|count| usize::try_from(count).ok());
                let count = count.filter(|count| (1..=limit).contains(count));
                most = count.ok_or("ERR COUNT must be > 0")?;
                2
            }
            (b"justid", _) => {
                options.only_ids = true;
                1
            }
            _ => return Err(SYNTAX.into()),
        };
        words = words.from(used);
    }
    check_group(ctx, key, group)?;
    let stream = ctx.peek::<Stream>(key)?;
    let groups = stream.and_then(|stream| stream.groups.get(group)).into_iter();
    let ids = groups.flat_map(|group| group.pending().range(start..)).map(|(id, _)| *id);
    let ids: Vec<StreamId> = ids.collect();
    let is_new = see_claimer(ctx, key, [group, consumer], &ids, &options)?;
    let Some(stream) = ctx.edit::<Stream>(key)? else { return Ok(()) };
    let (mut claimed, mut dropped, mut next) = (Vec::new(), Vec::new(), StreamId::MIN);
    for (place, id) in ids.into_iter().enumerate() {
        if claimed.len() + dropped.len() == most || place == most.saturating_mul(10) {
            next = id;
            break;
        }
        match claim(stream, group, consumer, id, &options, drops_deleted, now) {
            Claim::NotClaimed => {}
            Claim::Dropped => dropped.push(id),
            Claim::Claimed(fields) => claimed.push((id, fields)),
        }
    }
    ctx.count_changes(claimed.len() + dropped.len());
    ctx.reply().array(if drops_deleted { 3 } else { 2 }).bulk(next.to_bytes());
    write_claimed(ctx, &claimed, options.only_ids, is_new.then_some(key));
    if drops_deleted {
        let mut reply = ctx.reply();
        reply.array(dropped.len());
        dropped.iter().for_each(|id| _ = reply.bulk(id.to_bytes()));
    }
    Ok(())
}
