//! Decimal integers as Redis writes and parses them, without going through UTF-8.

/// The digits of an integer, on the stack.
pub(crate) struct Decimal {
    digits: [u8; Self::MAX_LEN],
    start: usize,
}

impl Decimal {
    /// `-9223372036854775808` and `18446744073709551615` are equally long.
    const MAX_LEN: usize = 20;

    /// The digits of a signed integer.
    pub(crate) fn new(value: i64) -> Self {
        let mut decimal = Self::unsigned(value.unsigned_abs());
        if value < 0 {
            decimal.start -= 1;
            decimal.digits[decimal.start] = b'-';
        }
        decimal
    }

    /// The digits of an unsigned integer.
    pub(crate) fn unsigned(mut value: u64) -> Self {
        let mut digits = [0; Self::MAX_LEN];
        let mut start = Self::MAX_LEN;
        loop {
            start -= 1;
            digits[start] = b'0' + (value % 10) as u8;
            value /= 10;
            if value == 0 {
                return Self { digits, start };
            }
        }
    }

    /// The digits, with the sign if there is one.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.digits[self.start..]
    }
}

/// Parses an integer in its canonical form: no `+`, no blank, no leading zero, no `-0`.
pub(crate) fn parse_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [] => return None,
        [b'0'] if !negative => return Some(0),
        [b'0', ..] => return None,
        _ => {}
    }
    digits.iter().try_fold(0_i64, |value, byte| {
        let digit = i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        let shifted = value.checked_mul(10)?;
        if negative { shifted.checked_sub(digit) } else { shifted.checked_add(digit) }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_only_the_canonical_form() {
        let rejected: &[&[u8]] = &[
            b"",
            b"-",
            b"+1",
            b" 1",
            b"1 ",
            b"01",
            b"-0",
            b"-01",
            b"00",
            b"0x1",
            b"1e3",
            b"1.0",
            b"9223372036854775808",
            b"-9223372036854775809",
            b"99999999999999999999",
            b"\xff",
        ];
        for text in rejected {
            assert_eq!(parse_integer(text), None, "{}", text.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn writes_and_parses_every_integer(value: i64) {
            let decimal = Decimal::new(value);
            prop_assert_eq!(decimal.as_bytes().to_vec(), value.to_string().into_bytes());
            prop_assert_eq!(parse_integer(decimal.as_bytes()), Some(value));
        }

        #[test]
        fn writes_every_unsigned_integer(value: u64) {
            let decimal = Decimal::unsigned(value);
            prop_assert_eq!(decimal.as_bytes().to_vec(), value.to_string().into_bytes());
        }
    }

    #[test]
    fn writes_the_extremes() {
        for value in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_eq!(Decimal::new(value).as_bytes(), value.to_string().as_bytes());
        }
        assert_eq!(Decimal::unsigned(u64::MAX).as_bytes(), u64::MAX.to_string().as_bytes());
    }
}
