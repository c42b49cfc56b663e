//! The words of commands for fields that expire: `FIELDS`, the number of fields, the fields.

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::expiry::ExpiryUnit;
use crate::profile::hashes::FieldWords;
use crate::state::keyspace::Expiry;
use crate::wire::{Args, ErrorReply, parse_integer};

pub(super) const MISPLACED: &str =
    "ERR Mandatory argument FIELDS is missing or not at the right position";
pub(super) const UNMATCHED: &str =
    "ERR The `numfields` parameter must match the number of arguments";
pub(super) const NO_COUNT: &str =
    "ERR numfields should be greater than 0 and match the provided number of fields";

/// The latest expiry of a field in Redis.
const LATEST: Expiry = (1 << 46) - 1;

/// A number of fields, as a positive number of 31 bits.
pub(super) fn count_of(word: Option<&[u8]>) -> Option<usize> {
    let number = word.and_then(parse_integer).filter(|number| *number <= i64::from(i32::MAX))?;
    usize::try_from(number).ok().filter(|number| *number > 0)
}

/// Parses `FIELDS`, the number of fields, and the fields up to the end: the words of commands
/// without options. Valkey answers a wrong number with `uncounted`.
pub(super) fn only_fields<'a>(
    words: Args<'a>,
    dialect: FieldWords,
    uncounted: &'static str,
) -> Result<Args<'a>, ErrorReply> {
    let is_valkey = dialect == FieldWords::Valkey;
    if !words.get(0).is_some_and(|word| word.eq_ignore_ascii_case(b"fields")) {
        return Err(if is_valkey { SYNTAX } else { MISPLACED }.into());
    }
    if is_valkey {
        words.get(1).and_then(parse_integer).ok_or(NO_INTEGER)?;
    }
    let fields = words.from(2);
    match count_of(words.get(1)) {
        Some(count) if count == fields.len() => Ok(fields),
        _ if is_valkey => Err(uncounted.into()),
        Some(_) => Err(UNMATCHED.into()),
        None => Err("ERR Number of fields must be a positive integer".into()),
    }
}

/// An option that no command knows, or that this one does not know. Redis drops line breaks at the
/// end of an error.
pub(super) fn unknown(option: &[u8]) -> ErrorReply {
    let end = option.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    ErrorReply::quoting("ERR unknown argument: ", &option[..end], "")
}

/// The time that a number stands for.
pub(super) fn parse_expiry(
    word: &[u8],
    unit: ExpiryUnit,
    now: Expiry,
    command: &str,
    dialect: FieldWords,
) -> Result<Expiry, ErrorReply> {
    let invalid = || ErrorReply::from(format!("ERR invalid expire time in '{command}' command"));
    let number = parse_integer(word).ok_or(NO_INTEGER)?;
    if number < 0 {
        return Err(match dialect {
            FieldWords::Valkey => invalid(),
            _ => "ERR invalid expire time, must be >= 0".into(),
        });
    }
    let expiry = unit.expiry(number, now);
    let latest = if dialect == FieldWords::Valkey { Expiry::MAX } else { LATEST };
    expiry.filter(|expiry| *expiry <= latest).ok_or_else(invalid)
}
