use bytes::Bytes;

use super::cluster;
use super::text::{client_lines, info_lines};
use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// Something in an answer that changes from run to run on the same server.
pub struct Rule {
    /// The first words of the request; `?` stands for any word and, behind the last, `$` for the
    /// request's end.
    pub request: &'static str,
    /// What varies in its answer, in words.
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

/// The one table of what references do not promise in answers. Besides it, orders are free: of the
/// pmessages of one publish on one connection, and of the names that an UNSUBSCRIBE, PUNSUBSCRIBE
/// or SUNSUBSCRIBE without arguments confirms. Lines of MONITOR are free of their time and address.
pub const RULES: [Rule; 28] = [
    rule("HELLO", "the patch release, the connection's id, the modules that are loaded", hello),
    rule("CLIENT ID", "the connection's id", integer),
    rule("CLIENT LIST", "ids, addresses, ages and buffer sizes", client_lines),
    rule("CLIENT INFO", "ids, addresses, ages and buffer sizes", client_lines),
    rule("CLIENT GETREDIR", "the other connection's id", redirect),
    rule("CLIENT TRACKINGINFO", "the other connection's id", tracking),
    rule(
        "INFO",
        "all values but the counts of Pub/Sub, of calls and of errors; the order of the commands",
        info_lines,
    ),
    rule("TIME", "the time", time),
    rule("LASTSAVE", "the time", integer),
    rule("PTTL", "how long a key lives, to the millisecond", lifetime),
    rule("RANDOMKEY", "which key", some_text),
    rule("ACL GENPASS", "the password", some_text),
    rule("ACL CAT ?", "the order of the commands", any_order),
    rule("ACL LOG", "numbers, ages, times, and what is shown of the client", access_log),
    rule("PUBSUB CHANNELS", "the order of the channels", any_order),
    rule("PUBSUB SHARDCHANNELS", "the order of the channels", any_order),
    rule("KEYS", "the order of the keys", any_order),
    rule("CONFIG GET", "the order of the parameters", any_pairs),
    rule("CLUSTER MYID", "the node's id", cluster::id),
    rule("CLUSTER MYSHARDID", "the shard's id", cluster::id),
    rule("CLUSTER INFO", "what the bus has counted", cluster::info_lines),
    rule("CLUSTER NODES", "ids, the node's own port, what the bus knows", cluster::node_lines),
    rule("CLUSTER SLOTS", "ids, the node's own port", cluster::slots),
    rule("CLUSTER SHARDS", "ids and ports", cluster::shards),
    rule("COMMAND COUNT", "how many commands a build has", integer),
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

/// That there is no key, or no end of it, is promised.
fn lifetime(frame: &Frame) -> Option<Shape> {
    matches!(frame, Frame::Integer(0..)).then_some(Shape::Integer)
}

fn some_text(frame: &Frame) -> Option<Shape> {
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

/// A map, or the flat array that stands for one in RESP2, with each value as it is kept.
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

/// The redirection of a client that tracks, `["flags" ["on"] "redirect" <int> …]`.
fn tracking(frame: &Frame) -> Option<Shape> {
    fields(frame, |key, value| match key {
        b"redirect" => redirect(value).unwrap_or_else(|| Shape::Exact(value.clone())),
        _ => Shape::Exact(value.clone()),
    })
}

/// To whom, but not that there is nobody.
fn redirect(frame: &Frame) -> Option<Shape> {
    matches!(frame, Frame::Integer(1..)).then_some(Shape::Integer)
}

/// A client that tracks is told that nobody has the number to which it redirects.
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

/// In an order of its own, so that two recordings of the same say the same.
fn sorted<T: std::fmt::Debug>(mut items: Vec<T>) -> Vec<T> {
    items.sort_by_cached_key(|item| format!("{item:?}"));
    items
}

/// A line of MONITOR without its time and address: `+<int>.<int> [0 <address>] "PING"`.
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
