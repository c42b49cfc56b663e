use std::ops::Range;
use std::time::Duration;

use super::numbers;

/// A varying value in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) range: Range<usize>,
    pub(super) form: Form<'a>,
}

/// How a value is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// `<uuid 1>`: equal values have equal numbers.
    Numbered(&'a str),
    /// `<time>`, without a number: whether two times are equal depends on the clock.
    Time,
    /// This name.
    Literal(&'a str),
}

/// The values of the common forms in a text: UUIDs, ULIDs, IDs of stream entries, and times.
pub(super) fn find(text: &[u8], now: Duration) -> Vec<Found<'static>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        // Only the beginning of a word can be the beginning of a value.
        let begins = is_word(text[at]) && (at == 0 || !is_word(text[at - 1]));
        match begins.then(|| value_at(&text[at..], now)).flatten() {
            Some((length, form)) => {
                found.push(Found { range: at..at + length, form });
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// The value at the beginning of the text, and its length.
fn value_at(text: &[u8], now: Duration) -> Option<(usize, Form<'static>)> {
    let ends = |length: usize| text.get(length).is_none_or(|&next| !is_word(next));
    if is_uuid(text) && ends(36) {
        return Some((36, Form::Numbered("uuid")));
    }
    if is_ulid(text) && ends(26) {
        return Some((26, Form::Numbered("ulid")));
    }
    if let Some(length) = numbers::entry_id(text, now).filter(|length| ends(*length)) {
        return Some((length, Form::Numbered("entry")));
    }
    let time = numbers::date_and_time(text).or_else(|| numbers::unix_time(text, now));
    time.filter(|length| ends(*length)).map(|length| (length, Form::Time))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// `67e55044-10b1-426f-9247-bb680e5fe0c8`
fn is_uuid(text: &[u8]) -> bool {
    text.len() >= 36
        && text[..36].iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// `01ARZ3NDEKTSV4RRFFQ69G5FAV`, in capitals, with at least one digit and one letter: 26 digits are
/// a number, and 26 letters a name.
fn is_ulid(text: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let is_base32 = |byte: &u8| {
        is_digit(byte)
            || matches!(byte, b'A'..=b'H' | b'J' | b'K' | b'M' | b'N' | b'P'..=b'T' | b'V'..=b'Z')
    };
    text.len() >= 26
        && matches!(text[0], b'0'..=b'7')
        && text[..26].iter().all(is_base32)
        && !text[..26].iter().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(&str, Form<'static>)> {
        let found = find(text.as_bytes(), Duration::from_secs(1_796_000_000));
        found.into_iter().map(|it| (&text[it.range], it.form)).collect()
    }

    #[test]
    fn should_find_the_common_forms() {
        let (uuid, ulid, entry) =
            (Form::Numbered("uuid"), Form::Numbered("ulid"), Form::Numbered("entry"));
        for (text, value, form) in [
            (
                "x:67E55044-10b1-426f-9247-bb680e5fe0c8!",
                "67E55044-10b1-426f-9247-bb680e5fe0c8",
                uuid,
            ),
            ("{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", ulid),
            ("1796000000123-0", "1796000000123-0", entry),
            ("at 1796000000.25,", "1796000000.25", Form::Time),
            ("t=1796000000123456", "1796000000123456", Form::Time),
            ("\"2026-11-30T02:15:24.5+01:00\"", "2026-11-30T02:15:24.5+01:00", Form::Time),
            ("2026-11-30T02:15:24Z", "2026-11-30T02:15:24Z", Form::Time),
        ] {
            assert_eq!(values(text), [(value, form)], "{text}");
        }
    }

    #[test]
    fn should_leave_other_text_alone() {
        for text in [
            "67e55044-10b1-426f-9247-bb680e5fe0c8f",
            "67e5504410b1426f9247bb680e5fe0c8",
            "ABCDEFGHJKMNPQRSTVWXYZABCD",
            "01234567890123456789012345",
            "1700000000 is long ago",
            "x1796000000",
            "17960000001",
            "2026-11-30",
            "workflow:123",
        ] {
            assert_eq!(values(text), [], "{text}");
        }
    }
}
