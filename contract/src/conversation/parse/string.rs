use bytes::Bytes;

use super::ParseError;
use super::cursor::Cursor;
use crate::conversation::{Mask, Piece};
use crate::wire::MAX_BULK;

type Result<T> = std::result::Result<T, ParseError>;

/// Whether a string in quotes comes next.
pub(super) fn is_quote(char: Option<char>) -> bool {
    matches!(char, Some('"' | '\''))
}

/// `"…"` or `'…'`, optionally repeated with `*n` and joined to more strings with ` .. `.
pub(super) fn string(cursor: &mut Cursor<'_>) -> Result<Bytes> {
    let mut bytes = Vec::new();
    loop {
        let unit = quoted(cursor)?;
        let times = if cursor.take("*") { times(cursor)? } else { 1 };
        if (bytes.len() + unit.len().saturating_mul(times)) as u64 > MAX_BULK {
            return Err(cursor.error("a string of at most 536870912 bytes"));
        }
        bytes.extend(unit.repeat(times));
        if !cursor.rest().trim_start_matches(' ').starts_with(".. ") {
            return Ok(bytes.into());
        }
        cursor.skip_spaces();
        cursor.take("..");
        cursor.skip_spaces();
    }
}

fn times(cursor: &mut Cursor<'_>) -> Result<usize> {
    let expected = "a repetition count, as a decimal number";
    let error = cursor.error(expected);
    cursor.take_while(|char| char.is_ascii_digit()).parse().map_err(|_| error)
}

fn quoted(cursor: &mut Cursor<'_>) -> Result<Vec<u8>> {
    let mark = match cursor.peek() {
        Some(mark @ ('"' | '\'')) => mark,
        _ => return Err(cursor.error("a string in quotes")),
    };
    cursor.take_char();
    let mut bytes = Vec::new();
    loop {
        let plain = cursor.take_while(|char| char != mark && char != '\\');
        bytes.extend_from_slice(plain.as_bytes());
        if cursor.take_char() == Some(mark) {
            return Ok(bytes);
        }
        escape(cursor, &mut bytes, if mark == '"' { "\"" } else { "'" })?;
    }
}

/// The character after a backslash. At the end of the line the closing quote is missing.
fn escape(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>, marks: &str) -> Result<()> {
    if cursor.is_at_end() {
        return Err(cursor.error("the closing quote of the string"));
    }
    let here = cursor.error("one of the escapes \\r \\n \\t \\\\ \\xHH or the quote itself");
    match cursor.take_char() {
        Some('r') => bytes.push(b'\r'),
        Some('n') => bytes.push(b'\n'),
        Some('t') => bytes.push(b'\t'),
        Some('\\') => bytes.push(b'\\'),
        Some('x') => {
            let digits = cursor.rest().get(..2).ok_or_else(|| here.clone())?;
            let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let byte = u8::from_str_radix(digits, 16).ok().filter(|_| plain).ok_or(here)?;
            cursor.take(digits);
            bytes.push(byte);
        }
        Some(mark) if marks.contains(mark) => bytes.push(mark as u8),
        _ => return Err(here),
    }
    Ok(())
}

/// `` `…<int>…` ``: the pieces of a template.
pub(super) fn template(cursor: &mut Cursor<'_>) -> Result<Vec<Piece>> {
    if !cursor.take("`") {
        return Err(cursor.error("a template in backquotes"));
    }
    let mut pieces = Vec::new();
    let mut bytes = Vec::new();
    loop {
        let plain = cursor.take_while(|char| !"`<\\".contains(char));
        bytes.extend_from_slice(plain.as_bytes());
        match cursor.peek() {
            Some('<') => {
                pieces.push(Piece::Literal(std::mem::take(&mut bytes).into()));
                pieces.push(Piece::Hole(mask(cursor)?));
            }
            Some('`') => {
                cursor.take_char();
                pieces.push(Piece::Literal(bytes.into()));
                return Ok(pieces);
            }
            _ => {
                cursor.take_char();
                escape(cursor, &mut bytes, "`<")?;
            }
        }
    }
}

fn mask(cursor: &mut Cursor<'_>) -> Result<Mask> {
    let known = Mask::ALL.into_iter().find(|(name, _)| {
        let inside = cursor.rest().strip_prefix('<').and_then(|rest| rest.strip_prefix(name));
        inside.is_some_and(|rest| rest.starts_with('>'))
    });
    let Some((name, mask)) = known else {
        return Err(cursor.error("<int>, <version>, <address>, <hash>, <any> or \\<"));
    };
    cursor.take("<");
    cursor.take(name);
    cursor.take(">");
    Ok(mask)
}
