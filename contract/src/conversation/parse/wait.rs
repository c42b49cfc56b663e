use std::time::Duration;

use super::ParseError;
use super::cursor::Cursor;

const TIME: &str = "a time from 1ms to 60s, in whole units: `1500ms` or `2s`";

/// A line of a conversation waits no longer than this.
const LONGEST: Duration = Duration::from_secs(60);

/// `wait 1500ms` or `wait 2s`, or `None` if the line does not begin with `wait`.
pub(super) fn wait(cursor: &mut Cursor<'_>) -> Result<Option<Duration>, ParseError> {
    if !cursor.take("wait ") {
        return Ok(None);
    }
    cursor.skip_spaces();
    let error = cursor.error(TIME);
    let number = cursor.take_while(|char| char.is_ascii_digit()).parse().ok();
    let unit: fn(u64) -> Duration = match cursor.take_rest() {
        "ms" => Duration::from_millis,
        "s" => Duration::from_secs,
        _ => return Err(error),
    };
    let time = number.map(unit).filter(|time| !time.is_zero() && *time <= LONGEST);
    time.map(Some).ok_or(error)
}
