//! The numbers with a fraction that real servers count with: C's `long double`, 80 bits on x86.

use std::fmt;

use rustc_apfloat::ieee::X87DoubleExtended;
use rustc_apfloat::{Float, Round, Status};

/// The digits after the point that a server writes at most.
const DIGITS: usize = 17;

/// A number of 80 bits.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct LongDouble(X87DoubleExtended);

impl LongDouble {
    pub(super) const ZERO: Self = Self(X87DoubleExtended::ZERO);

    /// The largest finite number.
    pub(super) fn largest() -> Self {
        Self(X87DoubleExtended::largest())
    }

    /// The smallest finite number.
    pub(super) fn smallest() -> Self {
        Self(-X87DoubleExtended::largest())
    }

    pub(super) fn is_infinite(self) -> bool {
        self.0.is_infinite()
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).value)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self((self.0 - other.0).value)
    }

    /// Parses what C's `strtold` accepts, except blanks, NaN, and numbers that are out of range.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
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

/// Parses a number without a sign, in lower case.
fn parse_finite(text: &str) -> Option<X87DoubleExtended> {
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
    let parsed = X87DoubleExtended::from_str_r(&text, Round::NearestTiesToEven).ok()?;
    let vanished = parsed.value.is_zero() && parsed.status.contains(Status::UNDERFLOW);
    (parsed.value.is_finite() && !vanished).then_some(parsed.value)
}

/// Without an exponent, and without zeros at the end of a fraction.
impl fmt::Display for LongDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_negative = self.0.is_negative();
        if self.0.is_infinite() {
            return f.write_str(if is_negative { "-inf" } else { "inf" });
        }
        let bits = self.0.to_bits();
        // The number is the mantissa times two to the power of the exponent.
        let mantissa = bits as u64;
        let biased = (bits >> 64) as u32 & 0x7fff;
        let exponent = biased.max(1) as i32 - 16_383 - 63;
        let (whole, fraction) = match u32::try_from(exponent) {
            Ok(exponent) => (shifted(mantissa, exponent), String::new()),
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

/// The digits of `mantissa * 2^by`.
fn shifted(mantissa: u64, by: u32) -> String {
    const BASE: u64 = 1_000_000_000;
    // Groups of nine digits, the lowest first.
    let mut groups = vec![mantissa % BASE, mantissa / BASE % BASE, mantissa / BASE / BASE];
    let mut left = by;
    while left > 0 {
        let step = left.min(32);
        let mut carry = 0;
        for group in &mut groups {
            let product = (*group << step) + carry;
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
