//! SCAN, and the words that all commands of its family share.

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::glob;
use crate::state::keyspace::{SmallBytes, Value};
use crate::wire::{Args, Decimal, ErrorReply, parse_integer};

/// The words of a scan.
pub(in crate::commands) struct Scan<'a> {
    pub(in crate::commands) cursor: u64,
    pattern: Option<&'a [u8]>,
    /// How many items one call looks at.
    pub(in crate::commands) count: usize,
    type_name: Option<&'a [u8]>,
    /// `NOVALUES`: names only.
    pub(in crate::commands) names_only: bool,
    max_stars: usize,
}

/// The collection that a scan goes through. Only that of keys has `TYPE`, only that of a hash
/// `NOVALUES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum ScanOf {
    Keys,
    Hash,
    Members,
}

impl<'a> Scan<'a> {
    /// Parses the options, from the word behind the cursor on.
    pub(in crate::commands) fn parse(
        ctx: &Context<'_>,
        cursor: u64,
        mut args: Args<'a>,
        of: ScanOf,
    ) -> Result<Self, ErrorReply> {
        let max_stars = ctx.state.profile.max_stars;
        let mut scan = Self {
            cursor,
            pattern: None,
            count: 10,
            type_name: None,
            names_only: false,
            max_stars,
        };
        while let Some(option) = args.get(0) {
            match (option.to_ascii_lowercase().as_slice(), args.get(1)) {
                (b"count", Some(count)) => {
                    let count = parse_integer(count).ok_or(NO_INTEGER)?;
                    let count = usize::try_from(count).ok().filter(|count| *count > 0);
                    scan.count = count.ok_or(SYNTAX)?;
                }
                (b"match", Some(pattern)) => scan.pattern = Some(pattern),
                (b"novalues", _) if ctx.state.profile.hashes.scans_without_values => {
                    if of != ScanOf::Hash {
                        return Err("ERR NOVALUES option can only be used in HSCAN".into());
                    }
                    scan.names_only = true;
                    args = args.from(1);
                    continue;
                }
                (b"type", Some(name)) if of == ScanOf::Keys => {
                    scan.type_name = Some(name);
                    let known = Value::TYPE_NAMES
                        .iter()
                        .any(|known| known.as_bytes().eq_ignore_ascii_case(name));
                    if !known && ctx.state.profile.refuses_unknown_types {
                        return Err(ErrorReply::quoting("ERR unknown type name '", name, "'"));
                    }
                }
                _ => return Err(SYNTAX.into()),
            }
            args = args.from(2);
        }
        Ok(scan)
    }

    /// Whether the scan returns an item of this name.
    pub(in crate::commands) fn matches(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| {
            pattern == b"*" || glob::matches_with(self.max_stars, pattern, name)
        })
    }
}

/// Parses a cursor. A negative one counts down from the highest, and some servers take the empty
/// word for zero. Servers with unsigned cursors refuse negative integers, but not numbers with a
/// minus sign that are no plain integers, such as `-0`.
pub(in crate::commands) fn parse_cursor(ctx: &Context<'_>, word: &[u8]) -> Result<u64, ErrorReply> {
    const INVALID: &str = "ERR invalid cursor";
    let is_unsigned = ctx.state.profile.cursors_are_unsigned;
    if is_unsigned && parse_integer(word).is_some_and(i64::is_negative) {
        return Err(INVALID.into());
    }
    let word = if is_unsigned { word.trim_ascii_start() } else { word };
    let (is_negative, digits) = match word {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() && !is_unsigned {
        return Ok(0);
    }
    let digits = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'));
    let cursor: Option<u64> = digits.and_then(|digits| digits.parse().ok());
    let cursor = cursor.ok_or(INVALID)?;
    Ok(if is_negative { cursor.wrapping_neg() } else { cursor })
}

/// A scan goes from the last key to the first. Keys that are removed meanwhile move others towards
/// the first, so it misses none.
pub(super) fn scan(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let cursor = parse_cursor(ctx, &args[1])?;
    let scan = Scan::parse(ctx, cursor, args.from(2), ScanOf::Keys)?;
    let (next, places) = steps(scan.cursor, scan.count, ctx.database().len());
    let database = ctx.database();
    let is_of_type = |value: &Value| {
        scan.type_name.is_none_or(|name| value.type_name().as_bytes().eq_ignore_ascii_case(name))
    };
    let found = places.rev().filter_map(|place| {
        let key = database.key_at(place)?;
        (scan.matches(key) && is_of_type(database.at(place))).then_some(key)
    });
    let mut keys: Vec<SmallBytes> = found.cloned().collect();
    keys.retain(|key| !ctx.state.hides_key(key));
    let mut reply = ctx.reply();
    reply.array(2).bulk(Decimal::unsigned(next).as_bytes()).array(keys.len());
    keys.iter().for_each(|key| _ = reply.bulk(key));
    Ok(())
}

/// The next cursor, and the places that a call looks at. The cursor is one more than the highest
/// place that is left.
pub(in crate::commands) fn steps(
    cursor: u64,
    count: usize,
    len: usize,
) -> (u64, std::ops::Range<usize>) {
    let end = match usize::try_from(cursor) {
        Ok(0) => len,
        Ok(cursor) => cursor.min(len),
        Err(_) => len,
    };
    let start = end.saturating_sub(count);
    (start as u64, start..end)
}
