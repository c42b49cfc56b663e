//! XREADGROUP: what a group delivers to its consumers.

use std::time::Duration;

use super::{Found, Options, Reader, Start, finish, parse_streams};
use crate::commands::errors::SYNTAX;
use crate::commands::streams::budget::Entry;
use crate::commands::streams::groups::no_such_group;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::DataType;
use crate::state::keyspace::stream::{Pending, Stream, StreamId};
use crate::wire::{Args, ErrorReply};

pub(in crate::commands::streams) fn xreadgroup(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut options = Options::parse(ctx, args, true)?;
    let streams = parse_streams(ctx, args, &options)?;
    let Some(reader) = options.reader else { return Err(SYNTAX.into()) };
    let mut found: Vec<Found> = Vec::new();
    for (key, start) in &streams {
        if !ctx.may_serve_from(key) {
            continue;
        }
        ctx.look_up::<Stream>(key)?;
        let protocol = ctx.client().session.protocol;
        let Some(opened) = options.budget.open(key, protocol) else { break };
        let before = std::mem::replace(&mut options.budget, opened);
        let was_known = ctx.knows_consumer(key, reader);
        let entries = match start {
            Start::After(id) => {
                ctx.count_changes(ctx.state.profile.changes.by_reading_again.into());
                Some(read_again(ctx, key, reader, *id, &mut options)?)
            }
            Start::New | Start::Last => {
                let pending = read_pending(ctx, key, reader, &mut options)?;
                let delivered = pending.as_ref().map_or(0, Vec::len);
                let new = read_new(ctx, key, reader, &mut options, delivered)?;
                let is_listed = pending.is_some() || new.is_some();
                if is_listed {
                    ctx.count_changes(ctx.changes_after_wait().into());
                }
                is_listed.then(|| pending.into_iter().chain(new).flatten().collect())
            }
        };
        let has_new_consumer = !was_known && ctx.knows_consumer(key, reader);
        match entries {
            Some(entries) => found.push(Found { key: (*key).into(), entries, has_new_consumer }),
            None => {
                options.budget = before;
                if has_new_consumer {
                    ctx.tell_of_consumer(key);
                }
            }
        }
    }
    if found.is_empty() && options.wait.is_some() {
        for (key, _) in &streams {
            wait_for_pending(ctx, key, reader, &options)?;
        }
    }
    finish(ctx, args, &options, &streams, found)
}

/// Lets the client try again when the next pending entry has been so for long enough.
fn wait_for_pending(
    ctx: &mut Context<'_>,
    key: &[u8],
    reader: Reader<'_>,
    options: &Options<'_>,
) -> Outcome {
    let (now, database) = (ctx.millis(), ctx.client().session.database);
    let (Some(least), Some(stream)) = (options.claims, ctx.peek::<Stream>(key)?) else {
        return Ok(());
    };
    let pending = stream.groups.get(reader.group).into_iter().flat_map(|group| group.pending());
    let ends = pending.map(|(_, pending)| pending.delivered.saturating_add(least));
    if let Some(end) = ends.filter(|end| *end > now).min() {
        let at = ctx.now + Duration::from_millis(end - now);
        ctx.state.blocked.change_at(at, database, key);
    }
    Ok(())
}

/// Reads the pending entries of a consumer behind an ID. Entries that are deleted have no fields.
fn read_again(
    ctx: &mut Context<'_>,
    key: &[u8],
    reader: Reader<'_>,
    after: StreamId,
    options: &mut Options<'_>,
) -> Result<Vec<Entry>, ErrorReply> {
    let now = ctx.millis();
    ctx.see_consumer(key, reader.group, reader.consumer)?;
    let Some(stream) = ctx.edit::<Stream>(key)? else { return Ok(Vec::new()) };
    let Some(group) = stream.groups.get(reader.group) else { return Ok(Vec::new()) };
    let pending = group.consumers.get(reader.consumer).zip(after.next());
    let ids = pending.into_iter().flat_map(|(consumer, next)| consumer.pending.range(next..));
    let ids = ids.take(options.most).copied();
    let entries = ids.map(|id| Entry::new(id, stream.get(id).cloned()));
    let entries = options.budget.take(entries).unwrap_or_default();
    if let Some(group) = stream.groups.get_mut(reader.group) {
        let present = entries.iter().filter(|entry| entry.fields.is_some());
        present.for_each(|entry| group.deliver_again(entry.id, now));
    }
    Ok(entries)
}

/// Delivers entries again that have been pending for long, whichever consumer they are pending for:
/// those that wait longest first.
fn read_pending(
    ctx: &mut Context<'_>,
    key: &[u8],
    reader: Reader<'_>,
    options: &mut Options<'_>,
) -> Result<Option<Vec<Entry>>, ErrorReply> {
    let now = ctx.millis();
    let (Some(least), Some(stream)) = (options.claims, ctx.peek::<Stream>(key)?) else {
        return Ok(None);
    };
    let pending = stream.groups.get(reader.group).into_iter().flat_map(|group| group.pending());
    let mut pending: Vec<_> = pending.filter(|(_, it)| it.idle(now) >= least).collect();
    pending.sort_by_key(|(_, pending)| (pending.delivered, pending.turn));
    let entries = pending.into_iter().filter_map(|(id, pending)| {
        let before = Some((pending.idle(now), pending.count));
        Some(Entry { id: *id, fields: Some(stream.get(*id)?.clone()), before })
    });
    let Some(entries) = options.budget.take(entries.take(options.most)) else { return Ok(None) };
    ctx.see_consumer(key, reader.group, reader.consumer)?;
    let stream = ctx.edit::<Stream>(key)?;
    if let Some(group) = stream.and_then(|stream| stream.groups.get_mut(reader.group)) {
        for Entry { id, .. } in &entries {
            let count = group.pending().get(id).map_or(1, Pending::next_count);
            let consumer = Some(reader.consumer.into());
            group.assign(*id, Pending { consumer, delivered: now, count, ..Pending::default() });
        }
        if let Some(consumer) = group.consumers.get_mut(reader.consumer) {
            consumer.active = Some(now);
        }
    }
    Ok(Some(entries))
}

/// Delivers new entries to a consumer, which has got some already.
fn read_new(
    ctx: &mut Context<'_>,
    key: &[u8],
    reader: Reader<'_>,
    options: &mut Options<'_>,
    delivered: usize,
) -> Result<Option<Vec<Entry>>, ErrorReply> {
    let now = ctx.millis();
    let has_new = ctx.peek::<Stream>(key)?.is_some_and(|stream| {
        let group = stream.groups.get(reader.group);
        group.is_some_and(|group| stream.after(group.last_id).next().is_some())
    });
    if has_new || ctx.state.profile.streams.makes_idle_consumers {
        ctx.see_consumer(key, reader.group, reader.consumer)?;
    }
    let behaviour = &ctx.state.profile.streams;
    let Some(stream) = ctx.edit::<Stream>(key)? else { return Ok(None) };
    let Some(mut group) = stream.groups.remove(reader.group) else { return Ok(None) };
    let before = options.claims.map(|_| (0, 0));
    let new = stream.after(group.last_id).take(options.most - delivered);
    let new = new.map(|(id, fields)| Entry { id: *id, fields: Some(fields.clone()), before });
    let new = options.budget.take(new);
    for Entry { id, .. } in new.iter().flatten() {
        let start = if behaviour.forgets_early_gaps { *id } else { group.last_id };
        let is_behind = behaviour.counts_reads_by_first
            && stream.first_id().is_some_and(|first| group.last_id < first);
        group.entries_read = match group.entries_read {
            Some(read) if !is_behind && !stream.has_gaps_from(start, behaviour) => Some(read + 1),
            _ => stream.count_up_to(*id),
        };
        group.last_id = *id;
        if !options.acknowledges {
            let consumer = Some(reader.consumer.into());
            let pending = Pending { consumer, delivered: now, count: 1, ..Pending::default() };
            group.assign(*id, pending);
        }
    }
    if let Some(consumer) = group.consumers.get_mut(reader.consumer).filter(|_| new.is_some()) {
        consumer.active = Some(now);
    }
    stream.groups.insert(reader.group.into(), group);
    Ok(new)
}

impl Context<'_> {
    /// Whether a group has this consumer.
    fn knows_consumer(&mut self, key: &[u8], reader: Reader<'_>) -> bool {
        let stream = self.database().get(key).and_then(Stream::of);
        let group = stream.and_then(|stream| stream.groups.get(reader.group));
        group.is_some_and(|group| group.consumers.contains_key(reader.consumer))
    }

    /// Makes a consumer of a group if it is not there, and notes that it was seen. Returns whether
    /// it is new.
    pub(in crate::commands::streams) fn see_consumer(
        &mut self,
        key: &[u8],
        group: &[u8],
        consumer: &[u8],
    ) -> Result<bool, ErrorReply> {
        let now = self.millis();
        let stream = self.edit::<Stream>(key)?;
        let group_found = stream.and_then(|stream| stream.groups.get_mut(group));
        let group = group_found.ok_or_else(|| no_such_group(key, group))?;
        let is_new = group.add_consumer(consumer, now);
        if let Some(consumer) = group.consumers.get_mut(consumer) {
            consumer.seen = now;
        }
        Ok(is_new)
    }

    /// Sends the event of a consumer that a read or a claim has made.
    pub(in crate::commands::streams) fn tell_of_consumer(&mut self, key: &[u8]) {
        if self.state.profile.streams.tells_of_consumers {
            self.groups_changed(key, "xgroup-createconsumer");
        }
    }
}
