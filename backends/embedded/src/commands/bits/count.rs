//! BITCOUNT, BITPOS.

use std::ops::Range;

use super::bit_at;
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::ranges::{byte_range, clamped_range};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::StringValue;
use crate::wire::{Args, ErrorReply, parse_integer};

/// A range of bytes or bits.
#[derive(Clone, Copy)]
struct Bounds {
    start: i64,
    /// `None` for the last byte.
    end: Option<i64>,
    counts_bits: bool,
}

impl Bounds {
    const ALL: Self = Self { start: 0, end: None, counts_bits: false };

    /// Parses the words from `start` on.
    fn parse(
        ctx: &Context<'_>,
        words: Args<'_>,
        end_is_optional: bool,
    ) -> Result<Self, ErrorReply> {
        let has_units = ctx.state.profile.strings.has_bit_units;
        let number = |word: &[u8]| parse_integer(word).ok_or(NO_INTEGER);
        if words.len() > if has_units { 3 } else { 2 } {
            return Err(SYNTAX.into());
        }
        let (start, end) = match (words.get(0), words.get(1)) {
            (None, _) => return Ok(Self::ALL),
            (Some(_), None) if !end_is_optional => return Err(SYNTAX.into()),
            (Some(start), end) => (number(start)?, end.map(number).transpose()),
        };
        let unit = match words.get(2) {
            None => Ok(false),
            Some(unit) if unit.eq_ignore_ascii_case(b"bit") => Ok(true),
            Some(unit) if unit.eq_ignore_ascii_case(b"byte") => Ok(false),
            Some(_) => Err(SYNTAX),
        };
        // BITPOS, whose end is optional, looks at the unit first.
        let (end, counts_bits) = if end_is_optional {
            let counts_bits = unit?;
            (end?, counts_bits)
        } else {
            (end?, unit?)
        };
        Ok(Self { start, end, counts_bits })
    }

    /// The bits of a string within the bounds, which `range_of` finds.
    fn bits(self, bytes: usize, range_of: fn(i64, i64, usize) -> Range<usize>) -> Range<usize> {
        let end = self.end.unwrap_or(-1);
        if self.counts_bits {
            return range_of(self.start, end, 8 * bytes);
        }
        let range = range_of(self.start, end, bytes);
        8 * range.start..8 * range.end
    }
}

/// Whether a range that counts from the end, with a unit, has no bits.
fn is_empty_from_the_end(words: Args<'_>) -> bool {
    let number = |at: usize| words.get(at).and_then(parse_integer);
    let range = number(0).zip(number(1)).filter(|_| words.len() == 3);
    range.is_some_and(|(start, end)| end < start && start < 0)
}

/// Some servers look for the key before they parse the range, so that a missing key hides errors.
fn bounds_and_bytes(
    ctx: &mut Context<'_>,
    key: &[u8],
    words: Args<'_>,
    end_is_optional: bool,
) -> Result<Option<(Bounds, Vec<u8>)>, ErrorReply> {
    let has_units = ctx.state.profile.strings.has_bit_units;
    let early = match ctx.state.profile.strings.missing_key_hides_bit_range {
        true => None,
        false => Some(Bounds::parse(ctx, words, end_is_optional)?),
    };
    let Some(value) = ctx.look_up::<StringValue>(key)? else { return Ok(None) };
    // Such servers also look at the range before its unit.
    if early.is_none() && has_units && !end_is_optional && is_empty_from_the_end(words) {
        return Ok(None);
    }
    let bytes = value.bytes().to_vec();
    let bounds = early.map_or_else(|| Bounds::parse(ctx, words, end_is_optional), Ok)?;
    Ok(Some((bounds, bytes)))
}

pub(super) fn bitcount(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let end_is_optional = ctx.state.profile.strings.bitcount_end_is_optional;
    let found = bounds_and_bytes(ctx, &args[1], args.from(2), end_is_optional)?;
    let ones =
        found.map_or(0, |(bounds, bytes)| count(&bytes, bounds.bits(bytes.len(), byte_range)));
    ctx.reply().count(ones);
    Ok(())
}

/// Counts whole bytes at once.
fn count(bytes: &[u8], bits: Range<usize>) -> usize {
    let whole = bits.start.div_ceil(8)..bits.end / 8;
    if whole.start > whole.end {
        return bits.filter(|bit| bit_at(bytes, *bit)).count();
    }
    let edges = (bits.start..8 * whole.start).chain(8 * whole.end..bits.end);
    let within: usize = bytes[whole].iter().map(|byte| byte.count_ones() as usize).sum();
    within + edges.filter(|bit| bit_at(bytes, *bit)).count()
}

/// Without an end, the zeros behind the last byte count too.
pub(super) fn bitpos(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let bit = match parse_integer(&args[2]).ok_or(NO_INTEGER)? {
        0 => false,
        1 => true,
        _ => return Err("ERR The bit argument must be 1 or 0.".into()),
    };
    let Some((bounds, bytes)) = bounds_and_bytes(ctx, &args[1], args.from(3), true)? else {
        ctx.reply().integer(if bit { -1 } else { 0 });
        return Ok(());
    };
    let bits = bounds.bits(bytes.len(), clamped_range);
    let position = match first(&bytes, bits.clone(), bit) {
        Some(position) => Some(position),
        None if !bit && bounds.end.is_none() && !bits.is_empty() => Some(8 * bytes.len()),
        None => None,
    };
    match position {
        Some(position) => ctx.reply().count(position),
        None => ctx.reply().integer(-1),
    };
    Ok(())
}

/// The first bit with a value. Bytes without such a bit are passed over at once.
fn first(bytes: &[u8], bits: Range<usize>, bit: bool) -> Option<usize> {
    let without = if bit { 0 } else { u8::MAX };
    let mut position = bits.start;
    while position < bits.end {
        if position.is_multiple_of(8) && bytes[position / 8] == without {
            position += 8;
        } else if bit_at(bytes, position) == bit {
            return Some(position);
        } else {
            position += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_are_counted_and_found_as_one_by_one(
            bytes in proptest::collection::vec(prop_oneof![Just(0), Just(255), any::<u8>()], 1..9),
            start in 0_usize..80,
            end in 0_usize..80,
            bit: bool,
        ) {
            let len = 8 * bytes.len();
            let bits = start.min(len)..end.clamp(start.min(len), len);
            let ones = bits.clone().filter(|at| bit_at(&bytes, *at)).count();
            prop_assert_eq!(count(&bytes, bits.clone()), ones);
            let found = bits.clone().find(|at| bit_at(&bytes, *at) == bit);
            prop_assert_eq!(first(&bytes, bits, bit), found);
        }
    }
}
