//! Orders that hash tables do not promise, and elements that are chosen at random.
//!
//! Small hashes and sorted sets, and sets of integers, are stored in an order that is promised. It is
//! compared.

use super::unordered::{any_order, any_pairs, later_scan};
use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// The limits up to which all servers keep the order of a hash.
const HASH_FIELDS: usize = 512;
/// The same for a sorted set.
const SORTED_SET_MEMBERS: usize = 128;
const LONGEST: usize = 64;

/// All fields of a hash, with their values.
pub(super) fn hash_pairs(frame: &Frame) -> Option<Shape> {
    let is_small = match frame {
        Frame::Map(pairs) => {
            let mut texts = pairs.iter().flat_map(|(field, value)| [field, value]);
            pairs.len() <= HASH_FIELDS && texts.all(is_short)
        }
        Frame::Array(items) => items.len() <= 2 * HASH_FIELDS && items.iter().all(is_short),
        _ => true,
    };
    if is_small { None } else { any_pairs(frame) }
}

/// The names or values of all fields.
pub(super) fn hash_items(frame: &Frame) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    let is_small = items.len() <= HASH_FIELDS && items.iter().all(is_short);
    if is_small { None } else { any_order(frame) }
}

/// The members of a set. Integers in ascending order keep it: a table of three or more would hardly
/// be in that order.
pub(super) fn members(frame: &Frame) -> Option<Shape> {
    let (Frame::Array(items) | Frame::Set(items)) = frame else { return None };
    if are_sorted_integers(items) { None } else { any_members(frame) }
}

/// Members in any order. In RESP3 only their number is compared.
pub(super) fn any_members(frame: &Frame) -> Option<Shape> {
    match frame {
        Frame::Set(items) if items.len() > 1 => {
            Some(Shape::set(vec![Shape::Anything; items.len()]))
        }
        _ => any_order(frame),
    }
}

pub(super) fn hash_scan(frame: &Frame) -> Option<Shape> {
    scan(frame, |items| items.len() <= 2 * HASH_FIELDS && items.iter().all(is_short))
}

pub(super) fn set_scan(frame: &Frame) -> Option<Shape> {
    scan(frame, are_sorted_integers)
}

pub(super) fn sorted_set_scan(frame: &Frame) -> Option<Shape> {
    scan(frame, |items| items.len() <= 2 * SORTED_SET_MEMBERS && items.iter().all(is_short))
}

/// A scan that ends with its first call returns everything.
fn scan(frame: &Frame, keeps_order: fn(&[Frame]) -> bool) -> Option<Shape> {
    let Frame::Array(parts) = frame else { return None };
    match parts.as_slice() {
        [Frame::Bulk(cursor), Frame::Array(items)] if **cursor == *b"0" => {
            if keeps_order(items) {
                return None;
            }
            Some(Shape::array(vec![parts[0].clone().into(), any_order(&parts[1])?]))
        }
        _ => later_scan(frame),
    }
}

fn is_short(frame: &Frame) -> bool {
    !matches!(frame, Frame::Bulk(text) if text.len() > LONGEST)
}

fn are_sorted_integers(items: &[Frame]) -> bool {
    let integer = |item: &Frame| match item {
        Frame::Bulk(text) => std::str::from_utf8(text).ok()?.parse::<i64>().ok(),
        _ => None,
    };
    let integers: Option<Vec<i64>> = items.iter().map(integer).collect();
    integers.is_some_and(|integers| integers.len() > 2 && integers.is_sorted())
}

/// Elements that the server chooses: their number is compared.
pub(super) fn chosen(frame: &Frame) -> Option<Shape> {
    let shapes = |items: &[Frame]| {
        let shape = |item: &Frame| chosen(item).unwrap_or_else(|| Shape::Exact(item.clone()));
        items.iter().map(shape).collect()
    };
    match frame {
        Frame::Bulk(_) => Some(Shape::template(Text::Bulk, [Piece::Hole(Mask::Any)])),
        Frame::Double(_) => Some(Shape::Anything),
        Frame::Array(items) => Some(Shape::array(shapes(items))),
        Frame::Set(items) => Some(Shape::set(shapes(items))),
        _ => None,
    }
}
