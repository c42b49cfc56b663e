//! Scores: how they are read and shown.

use rustc_apfloat::Float;
use rustc_apfloat::ieee::Double;

use crate::commands::float::parse_number;
use crate::profile::sorted_sets::SortedSetBehaviour;
use crate::wire::{Decimal, in_digits, shortest};

/// A score that is not what it should be.
pub(in crate::commands) const NO_FLOAT: &str = "ERR value is not a valid float";

/// Parses a score, a weight or an increment. Numbers that are out of range are refused.
pub(in crate::commands) fn parse_score(text: &[u8], behaviour: &SortedSetBehaviour) -> Option<f64> {
    if text.first().is_none_or(u8::is_ascii_whitespace) {
        return None;
    }
    let score = parse_double(text, behaviour.accepts_hexadecimal_scores)?;
    match is_in_range(score, text) {
        false => None,
        true if behaviour.stores_scores_as_text => Some(score),
        true => Some(score + 0.0),
    }
}

/// Whether the number is neither infinite nor zero because its text is out of range.
fn is_in_range(number: f64, text: &[u8]) -> bool {
    let is_named = text.iter().any(|byte| matches!(byte, b'n' | b'N'));
    let is_zero = || {
        let mantissa = text.split(|byte| matches!(byte, b'e' | b'E' | b'p' | b'P')).next();
        !mantissa.is_some_and(|mantissa| mantissa.iter().any(|byte| matches!(byte, b'1'..=b'9')))
    };
    let overflows = number.is_infinite() && !is_named;
    let vanishes = number == 0.0 && !is_zero();
    !overflows && !vanishes
}

/// Parses what SORT orders by.
pub(in crate::commands) fn parse_sort_key(
    text: &[u8],
    behaviour: &SortedSetBehaviour,
) -> Option<f64> {
    if behaviour.sort_keys_are_scores {
        return parse_score(text, behaviour);
    }
    let number = parse_bound(text, behaviour)?;
    let is_valid = text.is_empty() || !behaviour.accepts_loose_bounds || is_in_range(number, text);
    is_valid.then_some(number)
}

/// Parses the bound of a range. No text is zero, and numbers that are out of range become infinite or
/// zero.
pub(super) fn parse_bound(text: &[u8], behaviour: &SortedSetBehaviour) -> Option<f64> {
    match behaviour.accepts_loose_bounds {
        _ if text.is_empty() => Some(0.0),
        true => parse_double(text.trim_ascii_start(), true),
        false => parse_double(text, false),
    }
}

/// Parses what C's `strtod` accepts, except NaN and blanks. Numbers that are out of range become
/// infinite or zero.
fn parse_double(text: &[u8], accepts_hexadecimal: bool) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let number = match digits.starts_with("0x") || digits.starts_with("0X") {
        true if accepts_hexadecimal => {
            let parsed = parse_number::<Double>(&digits.to_ascii_lowercase())?;
            f64::from_bits(u64::try_from(parsed.value.to_bits()).ok()?)
        }
        true => return None,
        false => digits.parse().ok()?,
    };
    (!number.is_nan()).then_some(sign * number)
}

/// A score as replies show it.
pub(super) fn shown(score: f64, behaviour: &SortedSetBehaviour) -> String {
    if behaviour.scores_have_17_digits {
        return in_digits(score, 17);
    }
    integer_digits(score).unwrap_or_else(|| shortest(score))
}

/// A score as `ZSCAN` shows it.
pub(super) fn scanned(score: f64, is_skiplist: bool, behaviour: &SortedSetBehaviour) -> String {
    match is_skiplist {
        true => in_digits(score, 17),
        false => integer_digits(score)
            .filter(|_| !behaviour.stores_scores_as_text)
            .unwrap_or_else(|| shown(score, behaviour)),
    }
}

/// The digits of a score that is an integer, but not of a very large one.
fn integer_digits(score: f64) -> Option<String> {
    const MOST: f64 = (i64::MAX / 2) as f64;
    let integer = score as i64;
    let is_integer = score.abs() <= MOST && integer as f64 == score;
    let is_negative_zero = integer == 0 && score.is_sign_negative();
    (is_integer && !is_negative_zero)
        .then(|| String::from_utf8_lossy(Decimal::new(integer).as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    fn of(profile: Profile) -> &'static SortedSetBehaviour {
        &profile.behaviour().sorted_sets
    }

    #[test]
    fn scores_are_shown_as_each_server_shows_them() {
        for (score, in_17_digits, shortest) in [
            (0.1, "0.10000000000000001", "0.1"),
            (3.0, "3", "3"),
            (1e-7, "9.9999999999999995e-08", "1e-7"),
            (0.00001, "1.0000000000000001e-05", "0.00001"),
            (0.0001, "0.0001", "0.0001"),
            (1e16, "10000000000000000", "10000000000000000"),
            (1e17, "1e+17", "100000000000000000"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17", "123456789012345680"),
            (12_345_678_901_234_567_890.0, "1.2345678901234567e+19", "12345678901234567000"),
            (1e20, "1e+20", "1e+20"),
            (1.5e300, "1.5000000000000001e+300", "1.5e+300"),
            (5e-324, "4.9406564584124654e-324", "5e-324"),
            (-100.5, "-100.5", "-100.5"),
            (f64::NEG_INFINITY, "-inf", "-inf"),
        ] {
            assert_eq!(shown(score, of(Profile::REDIS_7_0)), in_17_digits);
            assert_eq!(shown(score, of(Profile::REDIS_8_0)), shortest);
        }
    }

    #[test]
    fn a_score_is_what_strtod_takes_without_blanks_and_within_range() {
        let parse = |text: &str| parse_score(text.as_bytes(), of(Profile::REDIS_8_0));
        for (text, score) in [
            ("1", 1.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("+5", 5.0),
            ("-0", 0.0),
            ("0e999", 0.0),
            ("1e3", 1000.0),
            ("0x10", 16.0),
            ("-0x1.8p1", -3.0),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(parse(text), Some(score), "{text}");
        }
        for text in ["", " 1", "1 ", "x", "nan", "1e", "1e400", "1e-400", "infx", "--1", "0x"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse_score(b"0x10", of(Profile::VALKEY_9_1)), None);
        let bound = |text: &str| parse_bound(text.as_bytes(), of(Profile::REDIS_7_2));
        assert_eq!(bound(" 1"), Some(1.0));
        assert_eq!(bound(""), Some(0.0));
        assert_eq!(bound(" "), None);
        assert_eq!(bound("1e400"), Some(f64::INFINITY));
        assert_eq!(parse_bound(b" 1", of(Profile::REDIS_8_0)), None);
    }
}
