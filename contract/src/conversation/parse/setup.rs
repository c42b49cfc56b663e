use std::ops::RangeInclusive;

use super::ParseError;
use super::cursor::Cursor;
use super::step::word;
use crate::conversation::setup::{Node, SLOTS, Setting};

type Result<T> = std::result::Result<T, ParseError>;

const SETTING: &str =
    "a parameter and its value, or `slots 0-99 here`, or `slots 0-99 at host:port`";

/// Whether the line is a line of the setup.
pub(super) fn is_setting(line: &str) -> bool {
    line.trim_start().starts_with("with ")
}

/// `with name value`, or `with slots first-last where`.
pub(super) fn setting(cursor: &mut Cursor<'_>) -> Result<Setting> {
    cursor.take("with ");
    cursor.skip_spaces();
    let unnamed = cursor.error(SETTING);
    let name = cursor.take_while(|char| char.is_ascii_alphanumeric() || "-_".contains(char));
    if name.is_empty() || !matches!(cursor.peek(), Some(' ' | '\t')) {
        return Err(unnamed);
    }
    cursor.skip_spaces();
    let setting = match name {
        "slots" => slots(cursor)?,
        name => Setting::Parameter { name: name.to_owned(), value: value(cursor)? },
    };
    cursor.skip_spaces();
    cursor.end("the end of the line after the setting")?;
    Ok(setting)
}

fn value(cursor: &mut Cursor<'_>) -> Result<String> {
    let error = cursor.error("a value that is text: `yes`, \"pubsub 1mb 0 0\"");
    String::from_utf8(word(cursor)?.into()).map_err(|_| error)
}

fn slots(cursor: &mut Cursor<'_>) -> Result<Setting> {
    let error = cursor.error("slots from 0 to 16383, `5` or `0-99`");
    let first = slot(cursor);
    let last = if cursor.take("-") { slot(cursor) } else { first };
    let range = first.zip(last).map(|(first, last)| first..=last);
    let range = range.filter(|range: &RangeInclusive<u16>| !range.is_empty()).ok_or(error)?;
    cursor.skip_spaces();
    let node = match cursor.rest() {
        "here" => {
            cursor.take_rest();
            Node::Here
        }
        _ => Node::At(address(cursor)?),
    };
    Ok(Setting::Slots { range, node })
}

fn slot(cursor: &mut Cursor<'_>) -> Option<u16> {
    let digits = cursor.take_while(|char| char.is_ascii_digit());
    digits.parse().ok().filter(|slot| *slot < SLOTS)
}

fn address(cursor: &mut Cursor<'_>) -> Result<String> {
    let error = cursor.error("`here`, or `at host:port`");
    if !cursor.take("at ") {
        return Err(error);
    }
    cursor.skip_spaces();
    let address = cursor.take_while(|char| char.is_ascii_graphic());
    let host_and_port = address.rsplit_once(':');
    match host_and_port {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(address.to_owned())
        }
        _ => Err(error),
    }
}
