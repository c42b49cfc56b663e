//! XREAD, and what it shares with XREADGROUP: the options, the IDs and the reply.

mod group;

pub(super) use group::xreadgroup;

use super::budget::{Budget, Entry};
use super::ids::parse_id;
use super::no_group;
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::waiting::{Nothing, end_after};
use crate::commands::{Attempt, Context, Outcome};
use crate::profile::streams::StreamBehaviour;
use crate::state::keyspace::SmallBytes;
use crate::state::keyspace::stream::{Fields, Stream, StreamId};
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
