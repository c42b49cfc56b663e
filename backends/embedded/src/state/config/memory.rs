//! Amounts of memory, as in configuration files.

/// Parses digits and a unit: `1k` is 1000, `1kb` is 1024. The empty text is zero.
pub(crate) fn parse(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, unit) = text.split_at(digits);
    let factor = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1024,
        b"m" => 1_000_000,
        b"mb" => 1_048_576,
        b"g" => 1_000_000_000,
        b"gb" => 1_073_741_824,
        _ => return None,
    };
    let number = number.iter().fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(number.saturating_mul(factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decimal_without_b_and_binary_with() {
        let amounts: &[(&str, u64)] = &[
            ("", 0),
            ("0", 0),
            ("007", 7),
            ("1b", 1),
            ("1k", 1000),
            ("1kb", 1024),
            ("1M", 1_000_000),
            ("1mB", 1 << 20),
            ("2g", 2_000_000_000),
            ("2gb", 2 << 30),
            ("99999999999999999999", u64::MAX),
        ];
        for (text, amount) in amounts {
            assert_eq!(parse(text.as_bytes()), Some(*amount), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_amounts() {
        for text in ["-1", "+1", " 1", "1 ", "1.5mb", "1xb", "kilo", "1kbb"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
