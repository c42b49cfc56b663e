//! The numbers with a fraction that real servers count with: C's `long double`, 80 bits on x86.

use std::fmt;

use rustc_apfloat::ieee::{Double, X87DoubleExtended};
use rustc_apfloat::{Float, FloatConvert, Round, Status, StatusAnd};

use crate::wire::arranged;

/// The digits after the point that a server writes at most.
const DIGITS: usize = 17;

/// A number of 80 bits.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct LongDouble(X87DoubleExtended);

impl LongDouble {
    pub(crate) const ZERO: Self = Self(X87DoubleExtended::ZERO);

    /// The largest finite number.
    pub(crate) fn largest() -> Self {
        Self(X87DoubleExtended::largest())
    }

    /// The smallest finite number.
    pub(crate) fn smallest() -> Self {
        Self(-X87DoubleExtended::largest())
    }

    /// A number of seconds as milliseconds. Some servers drop a fraction, others round it up.
    pub(crate) fn millis(self, rounds_up: bool) -> Option<i64> {
        let thousand = X87DoubleExtended::from_u128(1000).value;
        let round = if rounds_up { Round::TowardPositive } else { Round::TowardZero };
        let millis = (self.0 * thousand).value.to_i128_r(64, round, &mut false);
        if millis.status.contains(Status::INVALID_OP) {
            None
        } else {
            i64::try_from(millis.value).ok()
        }
    }

    pub(crate) fn is_infinite(self) -> bool {
        self.0.is_infinite()
    }

    pub(crate) fn is_finite(self) -> bool {
        self.0.is_finite()
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).value)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self((self.0 - other.0).value)
    }

    /// The whole part, if it fits 64 bits.
    pub(crate) fn truncated(self) -> Option<i64> {
        let limits =
            [i64::MIN, i64::MAX].map(|limit| X87DoubleExtended::from_i128(limit.into()).value);
        let is_inside = limits[0] <= self.0 && self.0 <= limits[1];
        let whole = self.0.to_i128_r(64, Round::TowardZero, &mut false).value;
        i64::try_from(whole).ok().filter(|_| is_inside)
    }

    /// With 17 significant digits at most, as C's `%.17Lg` shows it. No NaN has a sign.
    pub(crate) fn in_17_digits(self) -> String {
        if self.0.is_nan() {
            return "nan".to_owned();
        }
        if self.0.is_infinite() {
            return self.to_string();
        }
        let sign = if self.0.is_negative() { "-" } else { "" };
        let (mantissa, exponent) = self.parts();
        let digits = match u32::try_from(exponent) {
            Ok(exponent) => multiplied(mantissa, 2, exponent),
            Err(_) => multiplied(mantissa, 5, exponent.unsigned_abs()),
        };
        let (rounded, carry) = rounded(&digits, DIGITS);
        let first = digits.len() as i32 - 1 + i32::from(carry) + exponent.min(0);
        let first = if mantissa == 0 { 0 } else { first };
        format!("{sign}{}", arranged(&rounded, first, DIGITS))
    }

    /// The number without its sign is the first part times two to the power of the second.
    fn parts(self) -> (u64, i32) {
        let bits = self.0.to_bits();
        let biased = (bits >> 64) as u32 & 0x7fff;
        (bits as u64, biased.max(1) as i32 - 16_383 - 63)
    }

    /// Parses what C's `strtold` accepts, except blanks, NaN, and numbers that are out of range.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = digits.to_ascii_lowercase();
        let number = match digits.as_str() {
            "inf" | "infinity" => X87DoubleExtended::INFINITY,
            digits => parse_finite(digits)?,
        };
        Some(Self(if negative { -number } else { number }))
    }
}

fn parse_finite(text: &str) -> Option<X87DoubleExtended> {
    let parsed = parse_number::<X87DoubleExtended>(text)?;
    let vanished = parsed.value.is_zero() && parsed.status.contains(Status::UNDERFLOW);
    (parsed.value.is_finite() && !vanished).then_some(parsed.value)
}

/// Parses a decimal or hexadecimal number without a sign, in lower case.
pub(super) fn parse_number<F: Float>(text: &str) -> Option<StatusAnd<F>> {
    let hexadecimal = text.strip_prefix("0x");
    let (digits, letter) = hexadecimal.map_or((text, 'e'), |digits| (digits, 'p'));
    let (mantissa, exponent) = digits.split_once(letter).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digit = |byte: u8| match hexadecimal {
        Some(_) => byte.is_ascii_hexdigit(),
        None => byte.is_ascii_digit(),
    };
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = !(whole.is_empty() && fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(is_digit)
        && !unsigned.is_empty()
        && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    let prefix = hexadecimal.map_or("", |_| "0x");
    let text = format!("{prefix}{whole}.{fraction}{letter}{exponent}");
    F::from_str_r(&text, Round::NearestTiesToEven).ok()
}

/// Without an exponent, and without zeros at the end of a fraction.
impl fmt::Display for LongDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_negative = self.0.is_negative();
        if self.0.is_infinite() {
            return f.write_str(if is_negative { "-inf" } else { "inf" });
        }
        let (mantissa, exponent) = self.parts();
        let (whole, fraction) = match u32::try_from(exponent) {
            Ok(exponent) => (multiplied(mantissa, 2, exponent), String::new()),
            Err(_) => split(mantissa, exponent.unsigned_abs()),
        };
        if is_negative && !(whole == "0" && fraction.is_empty()) {
            f.write_str("-")?;
        }
        f.write_str(&whole)?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

/// The digits before and after the point of `mantissa / 2^by`.
fn split(mantissa: u64, by: u32) -> (String, String) {
    let scale = 10_u128.pow(DIGITS as u32);
    let scaled = u128::from(mantissa) * scale;
    let quotient = scaled.checked_shr(by).unwrap_or(0);
    let rest = scaled - quotient.checked_shl(by).unwrap_or(0);
    let half = 1_u128.checked_shl(by - 1).unwrap_or(u128::MAX);
    let rounds_up = rest > half || (rest == half && quotient % 2 == 1);
    let rounded = quotient + u128::from(rounds_up);
    let fraction = format!("{:0DIGITS$}", rounded % scale);
    ((rounded / scale).to_string(), fraction.trim_end_matches('0').to_owned())
}

/// The digits of `mantissa * base^power`, for a base of one digit.
fn multiplied(mantissa: u64, base: u64, power: u32) -> String {
    const BASE: u64 = 1_000_000_000;
    /// The most factors at once.
    const STEP: u32 = 9;
    // Groups of nine digits, the lowest first.
    let mut groups = vec![mantissa % BASE, mantissa / BASE % BASE, mantissa / BASE / BASE];
    let mut left = power;
    while left > 0 {
        let step = left.min(STEP);
        let factor = base.pow(step);
        let mut carry = 0;
        for group in &mut groups {
            let product = *group * factor + carry;
            (*group, carry) = (product % BASE, product / BASE);
        }
        while carry > 0 {
            groups.push(carry % BASE);
            carry /= BASE;
        }
        left -= step;
    }
    let digits: String = groups.iter().rev().map(|group| format!("{group:09}")).collect();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}

/// The first digits of a number, without zeros at the end; true if they got one more before them.
fn rounded(digits: &str, most: usize) -> (String, bool) {
    let (kept, rest) = digits.split_at(digits.len().min(most));
    let is_odd = kept.bytes().last().is_some_and(|digit| digit % 2 == 1);
    let rounds_up = match rest.trim_end_matches('0') {
        "5" => is_odd,
        rest => rest >= "5",
    };
    let number = kept.parse::<u64>().unwrap_or(0) + u64::from(rounds_up);
    let rounded = number.to_string();
    (rounded.trim_end_matches('0').to_owned(), rounded.len() > kept.len())
}

impl From<f64> for LongDouble {
    fn from(number: f64) -> Self {
        let double = Double::from_bits(number.to_bits().into());
        Self(double.convert(&mut false).value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match LongDouble::parse(text.as_bytes()) {
            Some(number) => number.to_string(),
            None => "invalid".to_owned(),
        }
    }

    #[test]
    fn numbers_are_shown_as_real_servers_show_them() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("5.5", "5.5"),
            ("6.0", "6"),
            ("0.1", "0.1"),
            ("3.0e2", "300"),
            ("-1.25", "-1.25"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+1e3", "1000"),
            ("0x1p3", "8"),
            ("0X.8", "0.5"),
            ("-1e-30", "0"),
            ("1e-17", "0.00000000000000001"),
            ("18446744073709551616", "18446744073709551616"),
            ("1e30", "1000000000000000000024696061952"),
            ("-Inf", "-inf"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(shown("1e400").starts_with("10000000000000000000281880683947586514586453433629"));
        assert_eq!(shown("1e400").len(), 401);
    }

    #[test]
    fn numbers_have_17_significant_digits_as_in_c() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "-0"),
            ("12.5", "12.5"),
            ("0.1", "0.1"),
            ("-3.0e2", "-300"),
            ("1e16", "10000000000000000"),
            ("1e17", "1e+17"),
            ("99999999999999999.5", "1e+17"),
            ("9223372036854775807", "9.2233720368547758e+18"),
            ("1e-5", "1e-05"),
            ("0.00012", "0.00012"),
            ("1e400", "1e+400"),
            ("1e-4950", "1.0935598595647424e-4950"),
            ("-inf", "-inf"),
        ] {
            let number = LongDouble::parse(text.as_bytes()).unwrap();
            assert_eq!(number.in_17_digits(), expected, "{text}");
        }
        let double = LongDouble::from(55.1917);
        assert_eq!(double.in_17_digits(), "55.191699999999997");
    }

    #[test]
    fn a_fraction_is_cut_off_if_the_number_fits_64_bits() {
        for (text, expected) in [
            ("3.9", Some(3)),
            ("-3.9", Some(-3)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775807.5", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("-9223372036854775809", None),
            ("1e30", None),
            ("inf", None),
        ] {
            let number = LongDouble::parse(text.as_bytes()).unwrap();
            assert_eq!(number.truncated(), expected, "{text}");
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "-", "abc", "nan", " 1", "1 ", "1e", "1e+", "0x", "1e5000", "1e-6000"] {
            assert_eq!(shown(text), "invalid", "{text}");
        }
    }

    #[test]
    fn sums_have_the_precision_of_80_bits() {
        let sum = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| LongDouble::parse(text.as_bytes()).unwrap());
            one.plus(other).to_string()
        };
        assert_eq!(sum("0.1", "0.2"), "0.3");
        assert_eq!(sum("9223372036854775807", "1"), "9223372036854775808");
        assert_eq!(sum("18446744073709551615", "0.5"), "18446744073709551616");
        let (largest, zero) = (LongDouble::largest(), LongDouble::ZERO);
        assert!(largest.plus(largest).is_infinite());
        assert_eq!(zero.minus(largest), LongDouble::smallest());
    }
}
