use bytes::Bytes;

use super::cluster;
use super::text::{client_lines, info_lines};
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
pub const RULES: [Rule; 28] = [
    rule("HELLO", "the patch release, the connection's ID, the loaded modules", hello),
    rule("CLIENT ID", "the connection's ID", integer),
    rule("CLIENT LIST", "IDs, addresses, ages and buffer sizes", client_lines),
    rule("CLIENT INFO", "IDs, addresses, ages and buffer sizes", client_lines),
    rule("CLIENT GETREDIR", "the other connection's ID", redirect),
    rule("CLIENT TRACKINGINFO", "the other connection's ID", tracking),
    rule(
        "INFO",
        "all values except counts of Pub/Sub, calls and errors; the order of the commands",
        info_lines,
    ),
    rule("TIME", "the time", time),
    rule("LASTSAVE", "the time", integer),
    rule("PTTL", "the remaining milliseconds", remaining_time),
    rule("RANDOMKEY", "the key", masked_text),
    rule("ACL GENPASS", "the password", masked_text),
    rule("ACL CAT ?", "the order of the commands", any_order),
    rule("ACL LOG", "numbers, ages, times and the client's details", access_log),
    rule("PUBSUB CHANNELS", "the order of the channels", any_order),
    rule("PUBSUB SHARDCHANNELS", "the order of the channels", any_order),
    rule("KEYS", "the order of the keys", any_order),
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
    rule("COMMAND COUNT", "the number of commands, which depends on the build", integer),
    rule("COMMAND LIST", "the order of the commands", any_order),
    rule("COMMAND DOCS $", "the order of the commands", any_pairs),
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

fn access_log(frame: &Frame) -> Option<Shape> {
    let Frame::Array(entries) = frame else { return None };
    let entry = |entry: &Frame| {
        fields(entry, |key, value| match key {
            b"age-seconds" | b"client-info" => Shape::Anything,
            b"entry-id" | b"timestamp-created" | b"timestamp-last-updated" => Shape::Integer,
            _ => Shape::Exact(value.clone()),
        })
    };
    Some(Shape::array(entries.iter().map(entry).collect::<Option<_>>()?))
}

/// A map, or its flat array in RESP2, with each value replaced by its shape.
fn fields(frame: &Frame, kept: impl Fn(&[u8], &Frame) -> Shape) -> Option<Shape> {
    let kept = |key: &Frame, value: &Frame| match key {
        Frame::Bulk(key) => kept(key, value),
        _ => Shape::Exact(value.clone()),
    };
    match frame {
        Frame::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (key.clone().into(), kept(key, value)));
            Some(Shape::map(pairs.collect()))
        }
        Frame::Array(items) if items.len() % 2 == 0 => {
            let pairs = items.chunks_exact(2);
            let flat = pairs.flat_map(|pair| [pair[0].clone().into(), kept(&pair[0], &pair[1])]);
            Some(Shape::array(flat.collect()))
        }
        _ => None,
    }
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

fn any_order(frame: &Frame) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    Some(Shape::any_array(sorted(items.iter().cloned().map(Shape::Exact).collect())))
}

fn any_pairs(frame: &Frame) -> Option<Shape> {
    match frame {
        Frame::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (key.clone().into(), value.clone().into()));
            Some(Shape::any_map(sorted(pairs.collect())))
        }
        Frame::Array(items) if items.len() % 2 == 0 => {
            let pairs = items.chunks_exact(2);
            let pairs = pairs.map(|pair| (pair[0].clone().into(), pair[1].clone().into()));
            Some(Shape::any_pairs(sorted(pairs.collect())))
        }
        _ => None,
    }
}

/// The items in a fixed order, so that equal answers give equal recordings.
fn sorted<T: std::fmt::Debug>(mut items: Vec<T>) -> Vec<T> {
    items.sort_by_cached_key(|item| format!("{item:?}"));
    items
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
