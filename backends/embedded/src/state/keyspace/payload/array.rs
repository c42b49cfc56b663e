//! Arrays in payloads: the place of the next element, and the indices and values of all.

use super::coding::{Reader, Writer};
use crate::state::config::EncodingLimits;
use crate::state::keyspace::Array;
use crate::wire::shortest;

/// The kinds of an array's values. All but the last one are numbers of eight bytes.
const PLAIN: u8 = 0;
const INTEGER: u8 = 1;
const DOUBLE: u8 = 2;
const SHORT: u8 = 3;
/// The longest text of the kind [`SHORT`].
const MOST_SHORT: usize = 7;

pub(super) fn write(out: &mut Writer, array: &Array) {
    out.number(array.len() as u64);
    match array.next().checked_sub(1) {
        None => out.number(0),
        Some(newest) => {
            out.number(1);
            out.number(newest);
        }
    }
    for (index, value) in array.range(0..=u64::MAX) {
        out.number(index);
        if value.len() <= MOST_SHORT {
            out.kind(SHORT).kind(value.len() as u8).bytes(value);
        } else {
            out.kind(PLAIN).string(value);
        }
    }
}

pub(super) fn read(input: &mut Reader<'_>, limits: &EncodingLimits) -> Option<Array> {
    let elements = input.number()?;
    let mut array = Array::default();
    let next = match input.number()? {
        0 => 0,
        1 => input.number()?.checked_add(1)?,
        _ => return None,
    };
    array.seek(next);
    for _ in 0..elements {
        let index = input.number()?;
        if index == Array::NO_INDEX {
            return None;
        }
        let value = match input.byte()? {
            PLAIN => input.string()?,
            INTEGER => i64::from_le_bytes(input.chunk()?).to_string().into_bytes(),
            DOUBLE => {
                let text = shortest(input.double()?);
                let is_whole = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
                (if is_whole { text + ".0" } else { text }).into_bytes()
            }
            SHORT => {
                let length = usize::from(input.byte()?);
                if length > MOST_SHORT {
                    return None;
                }
                input.take(length)?.to_vec()
            }
            _ => return None,
        };
        array.set(index, &value, limits);
    }
    Some(array)
}
