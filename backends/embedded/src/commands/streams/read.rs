//! XREAD, XREADGROUP.

use std::time::Duration;

use super::budget::{Budget, Entry};
use super::groups::no_such_group;
use super::ids::parse_id;
use super::no_group;
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::waiting::{Nothing, end_after};
use crate::commands::{Attempt, Context, Outcome};
use crate::profile::streams::StreamBehaviour;
use crate::state::keyspace::stream::{Fields, Pending, Stream, StreamId};
use crate::state::keyspace::{DataType, SmallBytes};
use crate::time::Timestamp;
use crate::wire::{Args, ErrorReply, Request, parse_integer};

/// A group and its consumer.
#[derive(Clone, Copy)]
struct Reader<'a> {
    group: &'a [u8],
    consumer: &'a [u8],
}

/// The words before the keys.
struct Options<'a> {
    /// How many entries of each stream are read.
    most: usize,
    budget: Budget,
    /// Entries that are pending for so long, in milliseconds, are read again.
    claims: Option<u64>,
    /// When a wait ends, if the command waits.
    wait: Option<Option<Timestamp>>,
    reader: Option<Reader<'a>>,
    acknowledges: bool,
    /// The position of the first key in the request.
    keys: usize,
}

impl<'a> Options<'a> {
    fn parse(ctx: &Context<'_>, args: Args<'a>, is_group: bool) -> Result<Self, ErrorReply> {
        let mut options = Self {
            most: usize::MAX,
            budget: Budget::default(),
            claims: None,
            wait: None,
            reader: None,
            acknowledges: false,
            keys: 0,
        };
        let streams = &ctx.state.profile.streams;
        let mut place = 1;
        while let Some(word) = args.get(place) {
            let operand = args.get(place + 1);
            match (word.to_ascii_lowercase().as_slice(), operand) {
                (b"block", Some(_))
                    if ctx.me != ctx.caller && ctx.state.profile.scripts.refuses_block =>
                {
                    let name = if is_group { "XREADGROUP" } else { "XREAD" };
                    let text = "command is not allowed with BLOCK option from scripts";
                    return Err(format!("ERR {name} {text}").into());
                }
                (b"block", Some(millis)) => {
                    let invalid = "ERR timeout is not an integer or out of range";
                    let millis = parse_integer(millis).ok_or(invalid)?;
                    options.wait = Some(end_after(ctx, millis)?);
                    place += 2;
                }
                (b"count", Some(count)) => {
                    let count = parse_integer(count).ok_or(NO_INTEGER)?;
                    let count = usize::try_from(count).ok().filter(|count| *count > 0);
                    options.most = count.unwrap_or(usize::MAX);
                    place += 2;
                }
                (b"maxcount", Some(most)) if streams.limits_reads => {
                    options.budget.entries = positive(most, "MAXCOUNT")?;
                    place += 2;
                }
                (b"maxsize", Some(most)) if streams.limits_reads => {
                    options.budget.bytes = positive(most, "MAXSIZE")?;
                    place += 2;
                }
                (b"claim", Some(idle)) if streams.claims_reads => {
                    if !is_group {
                        return Err(only_for_groups("CLAIM"));
                    }
                    let invalid = "ERR min-idle-time is not an integer or out of range";
                    let idle = u64::try_from(parse_integer(idle).ok_or(invalid)?);
                    let negative = "ERR min-idle-time must be a positive integer";
                    options.claims = Some(idle.map_err(|_| negative)?);
                    place += 2;
                }
                (b"group", Some(group)) if args.len() > place + 2 => {
                    if !is_group {
                        return Err(only_for_groups("GROUP"));
                    }
                    let consumer = args.get(place + 2).unwrap_or_default();
                    options.reader = Some(Reader { group, consumer });
                    place += 3;
                }
                (b"noack", _) => {
                    if !is_group {
                        return Err(only_for_groups("NOACK"));
                    }
                    options.acknowledges = true;
                    place += 1;
                }
                (b"streams", Some(_)) => {
                    options.keys = place + 1;
                    break;
                }
                _ => return Err(SYNTAX.into()),
            }
        }
        let words = args.len() - options.keys;
        if options.keys == 0 {
            return Err(SYNTAX.into());
        }
        if words % 2 == 1 {
            return Err(match is_group {
                true => streams.unbalanced_group_read.into(),
                false => streams.unbalanced_read.into(),
            });
        }
        if is_group && options.reader.is_none() {
            return Err("ERR Missing GROUP option for XREADGROUP".into());
        }
        Ok(options)
    }
}

fn positive(word: &[u8], option: &str) -> Result<usize, ErrorReply> {
    let number = usize::try_from(parse_integer(word).ok_or(NO_INTEGER)?).ok();
    let positive = number.filter(|number| *number > 0);
    positive.ok_or_else(|| format!("ERR {option} must be a positive integer").into())
}

fn only_for_groups(option: &str) -> ErrorReply {
    let error = format!(
        "ERR The {option} option is only supported by XREADGROUP. You called XREAD instead."
    );
    error.into()
}

/// Where to begin in a stream.
#[derive(Clone, Copy)]
enum Start {
    After(StreamId),
    /// The entries that no consumer of the group has got: `>`
    New,
    /// The last entry: `+`
    Last,
}

/// The entries that a command found in one stream.
struct Found {
    key: SmallBytes,
    entries: Vec<Entry>,
    /// Whether the reader is a new consumer of a group of this stream.
    has_new_consumer: bool,
}

pub(super) fn xread(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut options = Options::parse(ctx, args, false)?;
    let streams = parse_streams(ctx, args, &options)?;
    let mut found: Vec<Found> = Vec::new();
    for (key, start) in &streams {
        if !ctx.may_serve_from(key) {
            continue;
        }
        let protocol = ctx.client().session.protocol;
        let Some(stream) = ctx.look_up::<Stream>(key)? else { continue };
        let Some(mut budget) = options.budget.open(key, protocol) else { break };
        let entry = |(id, fields): (&StreamId, &Fields)| Entry::new(*id, Some(fields.clone()));
        let entries = match start {
            Start::After(id) => budget.take(stream.after(*id).take(options.most).map(entry)),
            Start::Last => budget.take(stream.range(..).next_back().map(entry)),
            Start::New => None,
        };
        if let Some(entries) = entries {
            options.budget = budget;
            found.push(Found { key: (*key).into(), entries, has_new_consumer: false });
        }
    }
    finish(ctx, args, &options, &streams, found)
}

pub(super) fn xreadgroup(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
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
                    ctx.count_changes(ctx.change_after_wait());
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

/// Parses the IDs, and checks that all streams, or all groups, can be read.
fn parse_streams<'a>(
    ctx: &mut Context<'_>,
    args: Args<'a>,
    options: &Options<'a>,
) -> Result<Vec<(&'a [u8], Start)>, ErrorReply> {
    let number = (args.len() - options.keys) / 2;
    let keys = args.from(options.keys).iter().take(number);
    let ids = args.from(options.keys + number).iter();
    let StreamBehaviour { reads_last, last_id_must_be_there, .. } = ctx.state.profile.streams;
    let mut streams = Vec::with_capacity(number);
    for (key, id) in keys.zip(ids) {
        let stream = ctx.look_up::<Stream>(key)?;
        let last_id = stream.map(|stream| stream.last_id).unwrap_or_default();
        if let Some(reader) = options.reader
            && !stream.is_some_and(|stream| stream.groups.contains_key(reader.group))
        {
            let is_gone = stream.is_none();
            return Err(group_error(ctx, key, reader.group, is_gone));
        }
        let start = match (id, options.reader) {
            (b"$", None) => Start::After(last_id),
            (b"+", None) if reads_last => match stream {
                Some(_) if last_id == StreamId::default() && last_id_must_be_there => {
                    return Err("ERR the stream last element ID is 0-0".into());
                }
                _ => Start::Last,
            },
            (b">", Some(_)) => Start::New,
            (b"$", Some(_)) => return Err(meaningless("$")),
            (b"+", Some(_)) if reads_last => return Err(meaningless("+")),
            (b">", None) => {
                return Err(
                    "ERR The > ID can be specified only when calling XREADGROUP using the \
                            GROUP <group> <consumer> option."
                        .into(),
                );
            }
            (id, _) => Start::After(parse_id(id)?),
        };
        streams.push((key, start));
    }
    Ok(streams)
}

fn meaningless(id: &str) -> ErrorReply {
    let error = format!(
        "ERR The {id} ID is meaningless in the context of XREADGROUP: you want to read the history \
         of this consumer by specifying a proper ID, or use the > ID to get new messages. The {id} \
         ID would just return an empty result set."
    );
    error.into()
}

/// The error for a group that is not there. Some servers tell a client that waited what is gone.
fn group_error(ctx: &Context<'_>, key: &[u8], group: &[u8], stream_is_gone: bool) -> ErrorReply {
    let streams = &ctx.state.profile.streams;
    let gone = if stream_is_gone { streams.stream_gone } else { streams.group_gone };
    if ctx.attempt != Attempt::First && !gone.is_empty() {
        return gone.into();
    }
    no_group(key, group).and(" in XREADGROUP with GROUP option")
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
    pub(super) fn see_consumer(
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
    pub(super) fn tell_of_consumer(&mut self, key: &[u8]) {
        if self.state.profile.streams.tells_of_consumers {
            self.groups_changed(key, "xgroup-createconsumer");
        }
    }
}

/// Replies with what was found, or waits.
fn finish(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    options: &Options<'_>,
    streams: &[(&[u8], Start)],
    found: Vec<Found>,
) -> Outcome {
    if found.is_empty() {
        let Some(deadline) = options.wait else {
            ctx.reply().null_array();
            return Ok(());
        };
        let keys = streams.iter().map(|(key, _)| *key);
        let is_group = options.reader.is_some();
        let ends_when_gone = is_group && ctx.state.profile.streams.stream_may_go;
        let request = || resolved(args, options, streams);
        let nothing = Nothing::NullArray;
        ctx.wait_for_change::<Stream>(keys, deadline, nothing, ends_when_gone, request);
        return Ok(());
    }
    let is_map = ctx.reply().pairs(found.len());
    for Found { key, entries, has_new_consumer } in found {
        if !is_map {
            ctx.reply().array(2);
        }
        ctx.reply().bulk(&key);
        if has_new_consumer {
            ctx.tell_of_consumer(&key);
        }
        let mut reply = ctx.reply();
        reply.array(entries.len());
        entries.iter().for_each(|entry| entry.write(&mut reply));
    }
    Ok(())
}

/// The request that a waiting client repeats: its IDs are those of the time when the wait began.
fn resolved(args: Args<'_>, options: &Options<'_>, streams: &[(&[u8], Start)]) -> Request {
    let mut words: Vec<Vec<u8>> = args.iter().map(<[u8]>::to_vec).collect();
    let ids = options.keys + streams.len();
    for (word, (_, start)) in words[ids..].iter_mut().zip(streams) {
        if let Start::After(id) = start {
            *word = id.to_bytes();
        }
    }
    Request::of(words)
}
