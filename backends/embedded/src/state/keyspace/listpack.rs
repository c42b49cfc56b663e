//! The sizes of listpacks, in which real servers store small collections. They decide about
//! encodings.

use crate::wire::parse_integer;

/// The bytes of a listpack without entries.
pub(super) const HEADER: usize = 7;

/// The most bytes of a listpack whose limit is a number of entries.
pub(super) const SAFE_BYTES: usize = 8192;

/// The bytes that an entry takes: its header, its content, and its length for the way back.
pub(super) fn entry_len(entry: &[u8]) -> usize {
    match parse_integer(entry) {
        Some(integer) => integer_entry_len(integer),
        None => with_back_len(string_len(entry.len())),
    }
}

pub(super) fn integer_entry_len(integer: i64) -> usize {
    with_back_len(integer_len(integer))
}

fn with_back_len(content: usize) -> usize {
    content + back_len(content)
}

fn integer_len(integer: i64) -> usize {
    match integer {
        0..=127 => 1,
        -4096..=4095 => 2,
        -0x8000..=0x7fff => 3,
        -0x80_0000..=0x7f_ffff => 4,
        -0x8000_0000..=0x7fff_ffff => 5,
        _ => 9,
    }
}

fn string_len(bytes: usize) -> usize {
    match bytes {
        0..64 => 1 + bytes,
        64..4096 => 2 + bytes,
        _ => 5 + bytes,
    }
}

/// The bytes that the length of an element takes behind it, seven bits a byte.
pub(super) fn back_len(content: usize) -> usize {
    match content {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    }
}

/// The bytes that a negative `list-max-listpack-size` stands for.
pub(super) fn bytes_of_level(level: i64) -> usize {
    match level {
        -1 => 4096,
        -2 => 8192,
        -3 => 16_384,
        -4 => 32_768,
        _ => 65_536,
    }
}
