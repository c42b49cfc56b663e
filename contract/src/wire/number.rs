/// Parses an integer in its canonical form: no `+`, no leading zero, no `-0`.
///
/// Other forms would not survive decoding and encoding: `:007` would come back as `:7`.
pub(super) fn canonical(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = match digits {
        [] => false,
        [b'0'] => text.len() == 1,
        [b'0', ..] => false,
        _ => digits.iter().all(u8::is_ascii_digit),
    };
    if !plain {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether the bytes are a RESP3 double. Frames keep the bytes, so any valid form is allowed.
pub(super) fn is_double(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    match unsigned {
        b"inf" | b"nan" => true,
        [first, ..] if first.is_ascii_digit() || *first == b'.' => {
            std::str::from_utf8(text).is_ok_and(|text| text.parse::<f64>().is_ok())
        }
        _ => false,
    }
}

/// Whether the bytes are a RESP3 big number.
pub(super) fn is_big_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_has_one_canonical_form() {
        let parse = |text: &str| canonical(text.as_bytes());
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("-12"), Some(-12));
        assert_eq!(parse("9223372036854775807"), Some(i64::MAX));
        assert_eq!(parse("-9223372036854775808"), Some(i64::MIN));
        for other in ["", "-", "-0", "+1", "01", "-01", " 1", "1 ", "9223372036854775808", "1.0"] {
            assert_eq!(parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn doubles_have_the_forms_of_resp3() {
        for double in ["1", "-1.5", "10.", "3e10", "1.5e-7", "inf", "-inf", "nan"] {
            assert!(is_double(double.as_bytes()), "{double:?}");
        }
        for other in ["", "-", "infinity", "abc", "1,5", "1 ", "0x10"] {
            assert!(!is_double(other.as_bytes()), "{other:?}");
        }
    }
}
