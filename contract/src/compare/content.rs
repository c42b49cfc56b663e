use bytes::Bytes;

use super::Difference;
use crate::conversation::{ServerEvent, Shape};
use crate::wire::Frame;

/// Whether the received event has the expected shape.
pub(super) fn fits(expected: &ServerEvent, received: &ServerEvent) -> bool {
    match (expected, received) {
        (ServerEvent::Frame(shape), ServerEvent::Frame(Shape::Exact(frame))) => shape.fits(frame),
        (expected, received) => expected == received,
    }
}

/// The frame, if its shape is exact.
pub(super) fn exact(event: &ServerEvent) -> Option<&Frame> {
    match event {
        ServerEvent::Frame(Shape::Exact(frame)) => Some(frame),
        _ => None,
    }
}

/// Whether two frames have the same content in different types: an array for a push, a simple
/// string for a bulk string, or one null for another.
pub(super) fn same_but_for_type(a: &Frame, b: &Frame) -> bool {
    match (flat(a), flat(b)) {
        (Flat::Nothing, Flat::Nothing) => true,
        (Flat::Text(a), Flat::Text(b)) => a == b,
        (Flat::Items(a), Flat::Items(b)) => {
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_but_for_type(a, b))
        }
        _ => false,
    }
}

enum Flat<'a> {
    Nothing,
    Text(Bytes),
    Items(Vec<&'a Frame>),
}

fn flat(frame: &Frame) -> Flat<'_> {
    match frame {
        Frame::NullBulk | Frame::NullArray | Frame::Null => Flat::Nothing,
        Frame::Simple(text) | Frame::Error(text) | Frame::Bulk(text) => Flat::Text(text.clone()),
        Frame::Double(text) | Frame::BigNumber(text) => Flat::Text(text.clone()),
        Frame::BulkError(text) => Flat::Text(text.clone()),
        Frame::Verbatim(text) => Flat::Text(text.slice(4.min(text.len())..)),
        Frame::Integer(number) => Flat::Text(number.to_string().into()),
        Frame::Boolean(yes) => Flat::Text(Bytes::from_static(if *yes { b"1" } else { b"0" })),
        Frame::Array(items) | Frame::Set(items) | Frame::Push(items) => {
            Flat::Items(items.iter().collect())
        }
        Frame::Map(pairs) => Flat::Items(pairs.iter().flat_map(|(k, v)| [k, v]).collect()),
        Frame::Attribute(_, value) => flat(value),
    }
}

/// The similarity of two strings, from 0 to 100. It counts the bytes of their common prefix and
/// suffix or, if the lengths are equal, all bytes that are equal at the same position.
pub(super) fn similarity(a: &[u8], b: &[u8]) -> usize {
    let longer = a.len().max(b.len());
    if longer == 0 || a == b {
        return 100;
    }
    let shorter = a.len().min(b.len());
    let start = common_prefix(a, b);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b);
    let edges = start + end.take(shorter - start).count();
    let in_place = if a.len() == b.len() {
        const SAMPLE: usize = 64 * 1024;
        let step = longer.div_ceil(SAMPLE);
        let alike = (0..longer).step_by(step).filter(|&at| a[at] == b[at]).count();
        (alike * step).min(longer)
    } else {
        0
    };
    edges.max(in_place) * 100 / longer
}

/// The length of the common prefix of two strings.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const STRIDE: usize = 256;
    let whole = a.chunks_exact(STRIDE).zip(b.chunks_exact(STRIDE)).take_while(|(a, b)| a == b);
    let start = whole.count() * STRIDE;
    start + a[start..].iter().zip(&b[start..]).take_while(|(a, b)| a == b).count()
}

/// The first difference between the strings of two frames, if they are the same up to there.
pub(super) fn difference(expected: &ServerEvent, received: &ServerEvent) -> Option<Difference> {
    match (expected, received) {
        (ServerEvent::Raw(a), ServerEvent::Raw(b)) => string_difference(a, b, Vec::new()),
        (expected, received) => {
            frame_difference(exact(expected)?, exact(received)?, &mut Vec::new())
        }
    }
}

fn frame_difference(
    expected: &Frame,
    received: &Frame,
    path: &mut Vec<usize>,
) -> Option<Difference> {
    match (expected, received) {
        (Frame::Array(a) | Frame::Push(a) | Frame::Set(a), _) => {
            let (Frame::Array(b) | Frame::Push(b) | Frame::Set(b)) = received else { return None };
            let place = a.iter().zip(b).position(|(a, b)| a != b)?;
            path.push(place);
            frame_difference(&a[place], &b[place], path)
        }
        (Frame::Map(a), Frame::Map(b)) => {
            let place = a.iter().zip(b).position(|(a, b)| a != b)?;
            path.push(place);
            let ((ak, av), (bk, bv)) = (&a[place], &b[place]);
            if ak == bk { frame_difference(av, bv, path) } else { frame_difference(ak, bk, path) }
        }
        (Frame::Bulk(a), Frame::Bulk(b))
        | (Frame::Simple(a), Frame::Simple(b))
        | (Frame::Error(a), Frame::Error(b))
        | (Frame::Verbatim(a), Frame::Verbatim(b)) => string_difference(a, b, path.clone()),
        _ => None,
    }
}

fn string_difference(expected: &Bytes, got: &Bytes, path: Vec<usize>) -> Option<Difference> {
    let offset = common_prefix(expected, got);
    if expected == got {
        return None;
    }
    let excerpt = |bytes: &Bytes| {
        let end = (offset + 12).min(bytes.len());
        bytes.slice(offset.saturating_sub(12).min(end)..end)
    };
    let lengths = (expected.len(), got.len());
    Some(Difference { path, offset, lengths, expected: excerpt(expected), got: excerpt(got) })
}
