//! Answers whose elements have no order that a server promises.

use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// The elements of an array, in any order.
pub(super) fn any_order(frame: &Frame) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    Some(Shape::any_array(sorted(items.iter().cloned().map(Shape::Exact).collect())))
}

/// The first call of a scan that ends with it returns all keys.
pub(super) fn first_scan(frame: &Frame) -> Option<Shape> {
    match frame {
        Frame::Array(items) => match items.as_slice() {
            [Frame::Bulk(cursor), keys] if **cursor == *b"0" => {
                Some(Shape::array(vec![items[0].clone().into(), any_order(keys)?]))
            }
            _ => later_scan(frame),
        },
        _ => None,
    }
}

/// A later call returns what is left, with a cursor.
pub(super) fn later_scan(frame: &Frame) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    let [Frame::Bulk(_), Frame::Array(_)] = items.as_slice() else { return None };
    let cursor = Shape::template(Text::Bulk, [Piece::Hole(Mask::Int)]);
    Some(Shape::array(vec![cursor, Shape::Anything]))
}

/// The pairs of a map, or of an array that stands for one, in any order.
pub(super) fn any_pairs(frame: &Frame) -> Option<Shape> {
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
