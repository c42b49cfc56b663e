//! Indexes and ranges of requests and replies.

use std::ops::RangeInclusive;

use crate::state::keyspace::{Array, SmallBytes};
use crate::wire::{Decimal, Reply, parse_integer};

const NO_INDEX: &str = "ERR invalid array index";

/// Parses an index.
pub(super) fn index(word: &[u8]) -> Result<u64, &'static str> {
    unsigned(word).filter(|index| *index != Array::NO_INDEX).ok_or(NO_INDEX)
}

/// Parses a position of the cursor: an index, or the end behind all indexes.
pub(super) fn cursor(word: &[u8]) -> Result<u64, &'static str> {
    unsigned(word).ok_or(NO_INDEX)
}

/// Parses an unsigned number as the servers do. A plain integer must not be negative. Other texts are
/// read by C's `strtoull`, which takes blanks at the beginning and signs, ends at a zero byte, and
/// negates modulo 2⁶⁴.
fn unsigned(word: &[u8]) -> Option<u64> {
    if let Some(number) = parse_integer(word) {
        return u64::try_from(number).ok();
    }
    let word = word.split(|byte| *byte == 0).next()?;
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\x0b';
    let blanks = word.iter().take_while(|byte| is_blank(byte)).count();
    let (is_negative, digits) = match &word[blanks..] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if is_negative { number.wrapping_neg() } else { number })
}

/// Two indexes and all between them. The request tells the direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    start: u64,
    end: u64,
}

/// Parses a range.
pub(super) fn range(start: &[u8], end: &[u8]) -> Result<Range, &'static str> {
    Ok(Range { start: index(start)?, end: index(end)? })
}

impl Range {
    pub(super) fn new(start: u64, end: u64) -> Self {
        Self { start, end }
    }

    fn is_reversed(self) -> bool {
        self.start > self.end
    }

    /// The indexes, the lowest first.
    pub(super) fn indexes(self) -> RangeInclusive<u64> {
        self.start.min(self.end)..=self.start.max(self.end)
    }

    /// The indexes from the start to the end.
    pub(super) fn iter(self) -> impl Iterator<Item = u64> {
        directed(self.indexes(), self.is_reversed())
    }

    /// The values in the range with their indexes, from the start to the end.
    pub(super) fn values(self, array: &Array) -> impl Iterator<Item = (u64, &SmallBytes)> {
        directed(array.range(self.indexes()), self.is_reversed())
    }
}

fn directed<I: DoubleEndedIterator>(
    mut items: I,
    is_reversed: bool,
) -> impl Iterator<Item = I::Item> {
    std::iter::from_fn(move || if is_reversed { items.next_back() } else { items.next() })
}

/// Replies with an index or a length, which may be too high for an integer of the protocol.
pub(super) fn write_index(reply: &mut Reply<'_>, index: u64) {
    match i64::try_from(index) {
        Ok(index) => reply.integer(index),
        Err(_) => reply.big_number(Decimal::unsigned(index).as_bytes()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_read_as_c_reads_it() {
        let read: &[(&[u8], u64)] = &[
            (b"0", 0),
            (b"18446744073709551614", u64::MAX - 1),
            (b"007", 7),
            (b"+7", 7),
            (b" \t\n\x0b7", 7),
            (b"7\0x", 7),
            (b"-0", 0),
            (b" -2", u64::MAX - 1),
            (b"-18446744073709551615", 1),
        ];
        for (text, number) in read {
            assert_eq!(index(text), Ok(*number), "{}", text.escape_ascii());
        }
        let refused: [&[u8]; 12] = [
            b"",
            b"-",
            b"+",
            b" ",
            b"x",
            b"1 ",
            b"1.0",
            b"0x1",
            b"++1",
            b"-2",
            b"\0",
            b"18446744073709551615",
        ];
        for text in refused {
            assert_eq!(index(text), Err(NO_INDEX), "{}", text.escape_ascii());
        }
        assert_eq!(cursor(b"18446744073709551615"), Ok(u64::MAX));
        assert_eq!(cursor(b"18446744073709551616"), Err(NO_INDEX));
    }
}
