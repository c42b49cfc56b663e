//! The times in answers about streams.

use super::fields::fields;
use crate::conversation::Shape;
use crate::wire::Frame;

/// The long answer to XPENDING: `[["1-1" "alice" <int> 2]]`.
pub(super) fn pending(frame: &Frame) -> Option<Shape> {
    let Frame::Array(entries) = frame else { return None };
    Some(Shape::array(entries.iter().map(|entry| timed(entry, 2)).collect()))
}

/// The answer to XREADGROUP CLAIM: `[["s" [["1-1" ["a" "1"] <int> 2]]]]`, or a map in RESP3.
pub(super) fn claimed(frame: &Frame) -> Option<Shape> {
    let entry = |entry: &Frame| match entry {
        Frame::Array(items) if items.len() == 4 => Some(timed(entry, 2)),
        _ => Some(Shape::Exact(entry.clone())),
    };
    let entries = |frame: &Frame| each(frame, entry).unwrap_or_else(|| frame.clone().into());
    match frame {
        Frame::Map(streams) => {
            let shapes = streams.iter().map(|(key, found)| (key.clone().into(), entries(found)));
            Some(Shape::map(shapes.collect()))
        }
        _ => each(frame, |stream| match stream {
            Frame::Array(pair) => {
                Some(Shape::array(vec![pair.first()?.clone().into(), entries(pair.get(1)?)]))
            }
            _ => None,
        }),
    }
}

/// An array whose item at a place is a time. A time that is none is -1.
fn timed(frame: &Frame, place: usize) -> Shape {
    let Frame::Array(items) = frame else { return Shape::Exact(frame.clone()) };
    let items = items.iter().enumerate().map(|(at, item)| match item {
        Frame::Integer(0..) if at == place => Shape::Integer,
        item => Shape::Exact(item.clone()),
    });
    Shape::array(items.collect())
}

/// The answer to XINFO CONSUMERS. The value for a consumer that was never active stays.
pub(super) fn consumers(frame: &Frame) -> Option<Shape> {
    each(frame, |consumer| {
        fields(consumer, |key, value| match (key, value) {
            (b"idle" | b"inactive", Frame::Integer(0..)) => Shape::Integer,
            _ => Shape::Exact(value.clone()),
        })
    })
}

/// The answer to XINFO STREAM, also with FULL.
pub(super) fn description(frame: &Frame) -> Option<Shape> {
    fields(frame, |key, value| match key {
        b"radix-tree-nodes" => Shape::Integer,
        b"groups" => each(value, group).unwrap_or_else(|| Shape::Exact(value.clone())),
        _ => Shape::Exact(value.clone()),
    })
}

fn group(frame: &Frame) -> Option<Shape> {
    fields(frame, |key, value| {
        let shape = match key {
            b"pending" => each(value, |entry| Some(timed(entry, 2))),
            b"consumers" => each(value, consumer),
            _ => None,
        };
        shape.unwrap_or_else(|| Shape::Exact(value.clone()))
    })
}

fn consumer(frame: &Frame) -> Option<Shape> {
    fields(frame, |key, value| {
        let shape = match (key, value) {
            (b"seen-time" | b"active-time", Frame::Integer(0..)) => Some(Shape::Integer),
            (b"pending", _) => each(value, |entry| Some(timed(entry, 1))),
            _ => None,
        };
        shape.unwrap_or_else(|| Shape::Exact(value.clone()))
    })
}

/// An array with the shape of each of its items.
fn each(frame: &Frame, shape: impl Fn(&Frame) -> Option<Shape>) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    Some(Shape::array(items.iter().map(shape).collect::<Option<_>>()?))
}
