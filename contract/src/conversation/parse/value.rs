use bytes::Bytes;

use super::ParseError;
use super::cursor::Cursor;
use super::string::{is_quote, string, template};
use crate::conversation::{Shape, Text};
use crate::wire::{Frame, MAX_DEPTH};

type Result<T> = std::result::Result<T, ParseError>;

const VALUE: &str = "a value: \"text\", 1, +OK, -ERR …, [ ], >[ ], { }, <int> …";

/// A value that takes the rest of its line. After `+` and `-` its text needs no quotes.
pub(super) fn top(cursor: &mut Cursor<'_>) -> Result<Shape> {
    let bare = match cursor.rest().as_bytes() {
        [b'+' | b'-', b'"' | b'\'' | b'`', ..] => None,
        [b'+', _, ..] => Some(Frame::Simple as fn(Bytes) -> Frame),
        [b'-', next, ..] if !next.is_ascii_digit() => Some(Frame::Error as _),
        _ => None,
    };
    if let Some(frame) = bare {
        cursor.take_char();
        return Ok(Shape::Exact(frame(Bytes::copy_from_slice(cursor.take_rest().as_bytes()))));
    }
    let shape = value(cursor, 0)?;
    cursor.skip_spaces();
    cursor.end("the end of the line after the value")?;
    Ok(shape)
}

fn value(cursor: &mut Cursor<'_>, depth: usize) -> Result<Shape> {
    if depth > MAX_DEPTH {
        return Err(cursor.error("at most 128 levels of nesting"));
    }
    let inner = depth + 1;
    let exact = |frame| Ok(Shape::Exact(frame));
    match cursor.peek() {
        Some('"' | '\'') => exact(Frame::Bulk(string(cursor)?)),
        Some('`') => Ok(Shape::template(Text::Bulk, template(cursor)?)),
        Some('+') => text(cursor, Text::Simple),
        Some('=') => text(cursor, Text::Verbatim),
        Some('-') if !cursor.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => {
            text(cursor, Text::Error)
        }
        Some('-' | '0'..='9') => exact(Frame::Integer(integer(cursor)?)),
        Some('!') => {
            cursor.take_char();
            exact(Frame::BulkError(string(cursor)?))
        }
        Some(',') => exact(Frame::Double(number(cursor)?)),
        Some('(') => exact(Frame::BigNumber(number(cursor)?)),
        _ if cursor.take("$-1") => exact(Frame::NullBulk),
        _ if cursor.take("*-1") => exact(Frame::NullArray),
        _ if cursor.take("_") => exact(Frame::Null),
        _ if cursor.take("#t") => exact(Frame::Boolean(true)),
        _ if cursor.take("#f") => exact(Frame::Boolean(false)),
        _ if cursor.take("<int>") => Ok(Shape::Integer),
        _ if cursor.take("<any>") => Ok(Shape::Anything),
        _ if cursor.take("[") => Ok(Shape::array(items(cursor, inner)?)),
        _ if cursor.take(">[") => Ok(Shape::push(items(cursor, inner)?)),
        _ if cursor.take("~[") => Ok(Shape::set(items(cursor, inner)?)),
        _ if cursor.take("{") => Ok(Shape::map(pairs(cursor, inner, "}", Vec::new())?)),
        _ if cursor.take("any{") => Ok(Shape::any_map(pairs(cursor, inner, "}", Vec::new())?)),
        _ if cursor.take("any[") => unordered(cursor, inner),
        _ if cursor.take("any") => any_lines(cursor),
        _ if cursor.take("|{") => attribute(cursor, inner),
        _ => Err(cursor.error(VALUE)),
    }
}

/// A sign, followed by text in quotes, in backquotes, or one bare word.
fn text(cursor: &mut Cursor<'_>, kind: Text) -> Result<Shape> {
    cursor.take_char();
    match cursor.peek() {
        Some('`') => Ok(Shape::template(kind, template(cursor)?)),
        next if is_quote(next) => Ok(Shape::Exact(kind.frame(string(cursor)?))),
        _ => {
            let word = cursor.take_while(|char| char.is_ascii_alphanumeric() || char == '_');
            if word.is_empty() || kind == Text::Verbatim {
                return Err(cursor.error("text in quotes"));
            }
            Ok(Shape::Exact(kind.frame(Bytes::copy_from_slice(word.as_bytes()))))
        }
    }
}

/// The part after `any`: a template with an optional sign.
fn any_lines(cursor: &mut Cursor<'_>) -> Result<Shape> {
    let signs = [("+", Text::Simple), ("-", Text::Error), ("=", Text::Verbatim)];
    let kind = signs.into_iter().find(|(sign, _)| cursor.take(sign));
    let kind = kind.map_or(Text::Bulk, |(_, kind)| kind);
    Ok(Shape::any_lines(kind, template(cursor)?))
}

fn integer(cursor: &mut Cursor<'_>) -> Result<i64> {
    let error = cursor.error("a 64-bit integer, no leading zeros");
    let digits = cursor.take_while(|char| char == '-' || char.is_ascii_digit());
    let number = digits.parse::<i64>().ok().filter(|number| number.to_string() == digits);
    number.ok_or(error)
}

fn number(cursor: &mut Cursor<'_>) -> Result<Bytes> {
    cursor.take_char();
    if is_quote(cursor.peek()) {
        return string(cursor);
    }
    let plain = |char: char| char.is_ascii_alphanumeric() || ".+-".contains(char);
    match cursor.take_while(plain) {
        "" => Err(cursor.error("a number")),
        digits => Ok(Bytes::copy_from_slice(digits.as_bytes())),
    }
}

fn items(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<Shape>> {
    let mut items = Vec::new();
    loop {
        cursor.skip_spaces();
        if cursor.take("]") {
            return Ok(items);
        }
        if cursor.is_at_end() {
            return Err(cursor.error("a value or `]`"));
        }
        items.push(value(cursor, depth)?);
    }
}

/// `key: value …` up to the closing bracket, appended to the pairs already read.
fn pairs(
    cursor: &mut Cursor<'_>,
    depth: usize,
    close: &'static str,
    mut pairs: Vec<(Shape, Shape)>,
) -> Result<Vec<(Shape, Shape)>> {
    loop {
        cursor.skip_spaces();
        if cursor.take(close) {
            return Ok(pairs);
        }
        let key = value(cursor, depth)?;
        pairs.push((key, after_colon(cursor, depth)?));
    }
}

fn after_colon(cursor: &mut Cursor<'_>, depth: usize) -> Result<Shape> {
    if !cursor.take(":") {
        return Err(cursor.error("`:` and the value of this key"));
    }
    cursor.skip_spaces();
    value(cursor, depth)
}

/// The part after `any[`: pairs if a colon follows the first item, otherwise items.
fn unordered(cursor: &mut Cursor<'_>, depth: usize) -> Result<Shape> {
    cursor.skip_spaces();
    if cursor.take("]") {
        return Ok(Shape::any_array(Vec::new()));
    }
    let first = value(cursor, depth)?;
    if cursor.peek() == Some(':') {
        let first = (first, after_colon(cursor, depth)?);
        return Ok(Shape::any_pairs(pairs(cursor, depth, "]", vec![first])?));
    }
    let mut all = vec![first];
    all.extend(items(cursor, depth)?);
    Ok(Shape::any_array(all))
}

/// The part after `|{`. Masks are not allowed, because no known attribute varies.
fn attribute(cursor: &mut Cursor<'_>, depth: usize) -> Result<Shape> {
    const EXACT: &str = "an attribute without masks";
    let error = cursor.error(EXACT);
    let pairs = Shape::map(pairs(cursor, depth, "}", Vec::new())?);
    cursor.skip_spaces();
    match (pairs, value(cursor, depth)?) {
        (Shape::Exact(Frame::Map(pairs)), Shape::Exact(value)) => {
            Ok(Shape::Exact(Frame::Attribute(pairs, Box::new(value))))
        }
        _ => Err(error),
    }
}
