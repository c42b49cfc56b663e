use bytes::Bytes;

use super::cluster;
use super::collections;
use super::fields::fields;
use super::streams;
use super::text::{client_lines, info_lines};
use super::unordered::{any_order, any_pairs, first_scan, later_scan};
use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// A rule for a part of an answer that varies from run to run on the same server.
pub struct Rule {
    /// The first words of the request. `?` matches any word, and `$` after the last word matches
    /// the end of the request.
    pub request: &'static str,
    /// The parts of the answer that vary.
    pub varies: &'static str,
    pub(super) mask: fn(&Frame) -> Option<Shape>,
}

const fn rule(
    request: &'static str,
    varies: &'static str,
    mask: fn(&Frame) -> Option<Shape>,
) -> Rule {
    Rule { request, varies, mask }
}

/// The parts of answers that references do not promise.
///
/// Besides these, the following is not compared: the order of the pmessages of one publish on one
/// connection, the order of the names that an UNSUBSCRIBE, PUNSUBSCRIBE or SUNSUBSCRIBE without
/// arguments confirms, and the time and address in a line of MONITOR.
pub const RULES: &[Rule] = &[
    rule("HELLO", "the patch release, the connection's ID, the loaded modules", hello),
    rule("CLIENT ID", "the connection's ID", integer),
    rule("CLIENT LIST", "IDs, addresses, ages and buffer sizes", client_lines),
    rule("CLIENT INFO", "IDs, addresses, ages and buffer sizes", client_lines),
    rule("CLIENT GETREDIR", "the other connection's ID", redirect),
    rule("CLIENT TRACKINGINFO", "the other connection's ID", tracking),
    rule(
        "INFO",
        "times, sizes, traffic and what the fence adds to; the order of the commands",
        info_lines,
    ),
    rule("TIME", "the time", time),
    rule("LASTSAVE", "the time", integer),
    rule("PTTL", "the remaining milliseconds", remaining_time),
    rule("RANDOMKEY", "the key", masked_text),
    rule("ACL GENPASS", "the password", masked_text),
    rule("ACL CAT ?", "the order of the commands", any_order),
    rule("ACL LOG", "numbers, ages, times; what varies in the client's line", access_log),
    rule("SLOWLOG GET", "numbers, times, durations and addresses", slow_log),
    rule("COMMANDLOG GET ? slow", "numbers, times, durations and addresses", slow_log),
    rule("COMMANDLOG GET ?", "numbers, times and addresses", large_log),
    rule("PUBSUB CHANNELS", "the order of the channels", any_order),
    rule("PUBSUB SHARDCHANNELS", "the order of the channels", any_order),
    rule("KEYS", "the order of the keys", any_order),
    rule("OBJECT IDLETIME ?", "the seconds since the last access", integer),
    rule("DEBUG OBJECT ?", "the address, the length, times", debug_object),
    rule("LATENCY LATEST", "times", latency),
    rule("LATENCY HISTORY", "times", latency),
    rule("LOLWUT", "the drawing, and the version", drawing),
    rule("MEMORY STATS", "all figures but the number of keys", memory_stats),
    rule("MEMORY USAGE ?", "the bytes that a key takes", integer),
    rule("SCAN 0", "the cursor, and the order of the keys", first_scan),
    rule("SCAN ?", "the cursor, and the keys that are left", later_scan),
    rule("HGETALL", "the order of the fields of a large hash", collections::hash_pairs),
    rule("HKEYS", "the order of the fields of a large hash", collections::hash_items),
    rule("HVALS", "the order of the fields of a large hash", collections::hash_items),
    rule(
        "HSCAN",
        "the cursor, and the order of the fields of a large hash",
        collections::hash_scan,
    ),
    rule("HRANDFIELD", "the fields", collections::chosen),
    rule("SMEMBERS", "the order of members that are no integers", collections::members),
    rule("SINTER", "the order of members that are no integers", collections::members),
    rule("SUNION", "the order of the members", collections::any_members),
    rule("SDIFF", "the order of the members", collections::any_members),
    rule(
        "SSCAN",
        "the cursor, and the order of members that are no integers",
        collections::set_scan,
    ),
    rule("SRANDMEMBER", "the members", collections::chosen),
    rule("SPOP", "the members", collections::chosen),
    rule("ZRANDMEMBER", "the members", collections::chosen),
    rule("ZSCAN", "the cursor, and the order of a large sorted set", collections::sorted_set_scan),
    rule("XADD ? *", "the ID", masked_text),
    rule("XREADGROUP", "the idle times of entries that are claimed", streams::claimed),
    rule("XPENDING ? ? ?", "the idle times", streams::pending),
    rule("XINFO CONSUMERS", "the idle times", streams::consumers),
    rule("XINFO STREAM", "times, and the number of nodes of the radix tree", streams::description),
    rule("CONFIG GET", "the order of the parameters", any_pairs),
    rule("CLUSTER MYID", "the node's ID", cluster::id),
    rule("CLUSTER MYSHARDID", "the shard's ID", cluster::id),
    rule("CLUSTER INFO", "the counters of the cluster bus", cluster::info_lines),
    rule(
        "CLUSTER NODES",
        "IDs, the node's own port, the state of the cluster bus",
        cluster::node_lines,
    ),
    rule("CLUSTER SLOTS", "IDs, the node's own port", cluster::slots),
    rule("CLUSTER SHARDS", "IDs and ports", cluster::shards),
    rule("CLUSTER MIGRATION IMPORT", "the import's ID", cluster::id),
    rule("CLUSTER MIGRATION STATUS", "IDs, times and retries", cluster::imports),
    rule("CLUSTER SLOT-STATS", "processor time, and memory that is used", slot_stats),
    rule("COMMAND COUNT", "the number of commands, which depends on the build", integer),
    rule("COMMAND LIST", "the order of the commands", any_order),
    rule("COMMAND DOCS $", "the order of the commands", any_pairs),
    rule("COMMAND DOCS ?", "texts for people: summaries and complexities", command_docs),
    rule("COMMAND $", "the order of the commands", any_order),
];

impl Rule {
    pub(super) fn applies_to(&self, words: &[String]) -> bool {
        let mut words = words.iter();
        self.request.split(' ').all(|pattern| match pattern {
            "$" => words.next().is_none(),
            "?" => words.next().is_some(),
            pattern => words.next().is_some_and(|word| word.eq_ignore_ascii_case(pattern)),
        })
    }
}

fn integer(frame: &Frame) -> Option<Shape> {
    matches!(frame, Frame::Integer(_)).then_some(Shape::Integer)
}

/// The remaining time. The values for a missing key and for no expiry stay, as they are promised.
fn remaining_time(frame: &Frame) -> Option<Shape> {
    matches!(frame, Frame::Integer(0..)).then_some(Shape::Integer)
}

fn masked_text(frame: &Frame) -> Option<Shape> {
    let (text, _) = Text::of(frame).filter(|(text, _)| *text == Text::Bulk)?;
    Some(Shape::template(text, [Piece::Hole(Mask::Any)]))
}

fn time(frame: &Frame) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    let digits = |_: &Frame| Shape::template(Text::Bulk, [Piece::Hole(Mask::Int)]);
    Some(Shape::array(items.iter().map(digits).collect()))
}

fn hello(frame: &Frame) -> Option<Shape> {
    fields(frame, |key, value| match key {
        b"version" => Shape::template(Text::Bulk, [Piece::Hole(Mask::Version)]),
        b"id" => Shape::Integer,
        b"modules" => Shape::Anything,
        _ => Shape::Exact(value.clone()),
    })
}

/// The texts for people differ, as every server is free to word them.
fn command_docs(frame: &Frame) -> Option<Shape> {
    fields(frame, |_, command| {
        let described = fields(command, |key, value| match key {
            b"summary" | b"complexity" => masked_text(value).unwrap_or(Shape::Anything),
            b"subcommands" => command_docs(value).unwrap_or(Shape::Anything),
            _ => Shape::Exact(value.clone()),
        });
        described.unwrap_or_else(|| Shape::Exact(command.clone()))
    })
}

fn access_log(frame: &Frame) -> Option<Shape> {
    let Frame::Array(entries) = frame else { return None };
    let entry = |entry: &Frame| {
        fields(entry, |key, value| match key {
            b"age-seconds" => Shape::Anything,
            b"client-info" => client_lines(value).unwrap_or_else(|| Shape::Exact(value.clone())),
            b"entry-id" | b"timestamp-created" | b"timestamp-last-updated" => Shape::Integer,
            _ => Shape::Exact(value.clone()),
        })
    };
    Some(Shape::array(entries.iter().map(entry).collect::<Option<_>>()?))
}

/// The answer to SLOWLOG GET: entries with a number, a time, a duration, the words and the address.
fn slow_log(frame: &Frame) -> Option<Shape> {
    command_log(frame, integer)
}

/// The same of commands with large requests and replies: the size is promised.
fn large_log(frame: &Frame) -> Option<Shape> {
    command_log(frame, |size| Some(Shape::Exact(size.clone())))
}

fn command_log(frame: &Frame, value: fn(&Frame) -> Option<Shape>) -> Option<Shape> {
    let Frame::Array(entries) = frame else { return None };
    let entry = |entry: &Frame| {
        let Frame::Array(fields) = entry else { return None };
        let field = |(place, field): (usize, &Frame)| match place {
            0 | 1 => integer(field),
            2 => value(field),
            4 => masked_text(field),
            _ => Some(Shape::Exact(field.clone())),
        };
        Some(Shape::array(fields.iter().enumerate().map(field).collect::<Option<_>>()?))
    };
    Some(Shape::array(entries.iter().map(entry).collect::<Option<_>>()?))
}

/// The answer to DEBUG OBJECT: `Value at:0x7f refcount:1 …`.
fn debug_object(frame: &Frame) -> Option<Shape> {
    let Frame::Simple(line) = frame else { return None };
    let field = |field: &[u8]| {
        let colon = field.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
        let (name, value) = field.split_at(colon);
        let is_kept = name.is_empty()
            || [&b"refcount:"[..], b"encoding:", b"lfu_freq:", b"ql_compressed:"].contains(&name);
        let value = Bytes::copy_from_slice(value);
        let value = if is_kept { Piece::Literal(value) } else { Piece::Hole(Mask::Any) };
        [Piece::Literal(Bytes::copy_from_slice(name)), value]
    };
    Some(Shape::template(Text::Simple, line.split_inclusive(|byte| *byte == b' ').flat_map(field)))
}

/// The samples of LATENCY: the names of events, and numbers.
fn latency(frame: &Frame) -> Option<Shape> {
    match frame {
        Frame::Array(items) => {
            let masked = |item: &Frame| latency(item).unwrap_or_else(|| Shape::Exact(item.clone()));
            Some(Shape::array(items.iter().map(masked).collect()))
        }
        frame => integer(frame),
    }
}

/// A text of several lines.
fn drawing(frame: &Frame) -> Option<Shape> {
    matches!(frame, Frame::Bulk(_)).then_some(Shape::Anything)
}

/// The figures of MEMORY STATS, some of them for each database.
fn memory_stats(frame: &Frame) -> Option<Shape> {
    fields(frame, |name, value| match value {
        Frame::Integer(_) if name != b"keys.count" => Shape::Integer,
        Frame::Bulk(_) | Frame::Double(_) => Shape::Anything,
        value => fields(value, |_, _| Shape::Integer).unwrap_or(Shape::Exact(value.clone())),
    })
}

/// The answer to CLUSTER SLOT-STATS: slots, each with its fields. No memory is no estimate.
fn slot_stats(frame: &Frame) -> Option<Shape> {
    let Frame::Array(slots) = frame else { return None };
    let slot = |slot: &Frame| {
        let Frame::Array(pair) = slot else { return None };
        let [number, counts] = &pair[..] else { return None };
        let counts = fields(counts, |key, value| match (key, value) {
            (b"cpu-usec", _) | (b"memory-bytes", Frame::Integer(1..)) => Shape::Integer,
            _ => Shape::Exact(value.clone()),
        })?;
        Some(Shape::array(vec![number.clone().into(), counts]))
    };
    Some(Shape::array(slots.iter().map(slot).collect::<Option<_>>()?))
}

/// The answer to CLIENT TRACKINGINFO: `["flags" ["on"] "redirect" <int> …]`.
fn tracking(frame: &Frame) -> Option<Shape> {
    fields(frame, |key, value| match key {
        b"redirect" => redirect(value).unwrap_or_else(|| Shape::Exact(value.clone())),
        _ => Shape::Exact(value.clone()),
    })
}

/// A client ID to which notifications are redirected. The values for no redirection stay.
fn redirect(frame: &Frame) -> Option<Shape> {
    matches!(frame, Frame::Integer(1..)).then_some(Shape::Integer)
}

/// Masks the ID in the push that tells a tracking client that its redirection target has gone.
pub(super) fn mask_broken_redirect(frame: &Frame) -> Option<Shape> {
    let Frame::Push(items) = frame else { return None };
    let [kind, id] = &items[..] else { return None };
    let is_broken = *kind == Frame::Bulk(Bytes::from_static(b"tracking-redir-broken"));
    let id = redirect(id).filter(|_| is_broken)?;
    Some(Shape::push(vec![kind.clone().into(), id]))
}

/// A line of MONITOR with its time and address masked: `+<int>.<int> [0 <address>] "PING"`.
pub(super) fn monitor_line(frame: &Frame) -> Option<Shape> {
    let Frame::Simple(line) = frame else { return None };
    let (time, rest) = split_once(line, b' ')?;
    let (_, _) = split_once(&time, b'.').filter(|_| time[0].is_ascii_digit())?;
    let (database, rest) = split_once(&rest, b' ').filter(|(first, _)| first.starts_with(b"["))?;
    let (address, command) = split_once(&rest, b']')?;
    let address = match address.contains(&b':') {
        true => Piece::Hole(Mask::Address),
        false => Piece::Literal(address),
    };
    Some(Shape::template(
        Text::Simple,
        [
            Piece::Hole(Mask::Int),
            Piece::Literal(Bytes::from_static(b".")),
            Piece::Hole(Mask::Int),
            Piece::Literal(Bytes::from([b" ", &database[..], b" "].concat())),
            address,
            Piece::Literal(Bytes::from([b"]", &command[..]].concat())),
        ],
    ))
}

fn split_once(text: &Bytes, at: u8) -> Option<(Bytes, Bytes)> {
    let place = text.iter().position(|&byte| byte == at)?;
    Some((text.slice(..place), text.slice(place + 1..)))
}
