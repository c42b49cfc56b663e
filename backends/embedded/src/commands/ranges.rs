//! Indexes and ranges in which a negative number counts from the end.

use std::ops::Range;

/// The position that an index stands for, if there is one.
pub(super) fn index_of(index: i64, len: usize) -> Option<usize> {
    let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    match index {
        0.. => Some(from_end).filter(|index| *index < len),
        _ => len.checked_sub(from_end),
    }
}

/// The positions from `start` to `stop`, both included. A range without positions is `0..0`.
pub(super) fn range_of(start: i64, stop: i64, len: usize) -> Range<usize> {
    let position = |index: i64| {
        let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        if index < 0 { len.checked_sub(from_end) } else { Some(from_end) }
    };
    let start = position(start).unwrap_or(0);
    match position(stop) {
        Some(stop) if start <= stop && start < len => start..stop.saturating_add(1).min(len),
        _ => 0..0,
    }
}

/// The bytes from `start` to `end`, both included. An end before the first byte stands for the first
/// one, unless the range is reversed.
pub(super) fn byte_range(start: i64, end: i64, len: usize) -> Range<usize> {
    let is_reversed = start < 0 && end < 0 && start > end;
    if is_reversed { 0..0 } else { clamped_range(start, end, len) }
}

/// The same, where even in a reversed range a number before the first byte stands for the first one.
pub(super) fn clamped_range(start: i64, end: i64, len: usize) -> Range<usize> {
    let position = |index: i64| {
        let from_end = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        if index < 0 { len.saturating_sub(from_end) } else { from_end }
    };
    let (start, end) = (position(start), position(end));
    if start <= end && start < len { start..end.saturating_add(1).min(len) } else { 0..0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_index_counts_from_the_end() {
        assert_eq!([0, 2, 3, -1, -3, -4].map(|index| index_of(index, 3)), {
            [Some(0), Some(2), None, Some(2), Some(0), None]
        });
        assert_eq!(
            (index_of(i64::MIN, 3), index_of(i64::MAX, 3), index_of(0, 0)),
            (None, None, None)
        );
    }

    #[test]
    fn a_range_is_cut_to_what_is_there() {
        for (start, stop, range) in [
            (0, -1, 0..3),
            (0, 0, 0..1),
            (-2, -1, 1..3),
            (-100, 1, 0..2),
            (1, 100, 1..3),
            (2, 1, 0..0),
            (3, 5, 0..0),
            (0, -4, 0..0),
            (i64::MIN, i64::MAX, 0..3),
            (i64::MAX, i64::MIN, 0..0),
        ] {
            assert_eq!(range_of(start, stop, 3), range, "{start} {stop}");
        }
        assert_eq!(range_of(0, -1, 0), 0..0);
    }
    #[test]
    fn a_range_of_bytes_ends_at_the_first_byte_at_least() {
        for (start, end, range) in [
            (0, -1, 0..3),
            (-100, -50, 0..1),
            (-1, -2, 0..0),
            (1, 0, 0..0),
            (5, 9, 0..0),
            (-2, 9, 1..3),
        ] {
            assert_eq!(byte_range(start, end, 3), range, "{start} {end}");
        }
        assert_eq!(byte_range(0, -1, 0), 0..0);
    }
}
