use std::time::Duration;

/// A number is a time if it is within a day of the run.
const DAY: u128 = 24 * 60 * 60;

/// The length of the number of seconds, milliseconds, microseconds or nanoseconds since 1970 at the
/// beginning of the text, with a fraction if there is one.
pub(super) fn unix_time(text: &[u8], now: Duration) -> Option<usize> {
    let digits = count_digits(text);
    let per_second: u128 = match digits {
        10 => 1,
        13 => 1_000,
        16 => 1_000_000,
        19 => 1_000_000_000,
        _ => return None,
    };
    let number: u128 = std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    let seconds = number / per_second;
    let fraction = match text.get(digits) {
        Some(b'.') if digits == 10 => match count_digits(&text[digits + 1..]) {
            0 => 0,
            digits => digits + 1,
        },
        _ => 0,
    };
    (seconds.abs_diff(u128::from(now.as_secs())) <= DAY).then_some(digits + fraction)
}

/// The length of the ID of a stream entry: milliseconds and a number, `1796000000123-0`.
pub(super) fn entry_id(text: &[u8], now: Duration) -> Option<usize> {
    let milliseconds = count_digits(text);
    if milliseconds != 13 || text.get(13) != Some(&b'-') || unix_time(text, now).is_none() {
        return None;
    }
    match count_digits(&text[14..]) {
        0 => None,
        digits => Some(14 + digits),
    }
}

/// The length of a date and a time: `2026-11-30T02:15:24`, with a fraction and a zone if there are
/// any.
pub(super) fn date_and_time(text: &[u8]) -> Option<usize> {
    const FORM: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let fits = |(form, byte): (&u8, &u8)| match form {
        b'd' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        form => form == byte,
    };
    if text.len() < FORM.len() || !FORM.iter().zip(text).all(fits) {
        return None;
    }
    let mut end = FORM.len();
    if text.get(end) == Some(&b'.') {
        end += 1 + count_digits(&text[end + 1..]);
    }
    let zone = &text[end..];
    match zone.first() {
        Some(b'Z' | b'z') => Some(end + 1),
        Some(b'+' | b'-') if zone.len() >= 6 && zone[3] == b':' => Some(end + 6),
        _ => Some(end),
    }
}

fn count_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
