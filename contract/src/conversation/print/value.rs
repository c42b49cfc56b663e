use std::fmt::{self, Formatter, Result, Write};

use super::string::{line, literal, quoted};
use crate::conversation::{Piece, Shape, Text};
use crate::wire::Frame;

/// Whether a value takes a whole line. There, simple strings and errors need no quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Top {
    Yes,
    No,
}

/// The notation inside an aggregate.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        nested_or_bare(f, self, Top::No)
    }
}

/// The notation inside an aggregate.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        frame(f, self, Top::No)
    }
}

pub(super) fn nested_or_bare(f: &mut Formatter<'_>, shape: &Shape, top: Top) -> Result {
    match shape {
        Shape::Exact(exact) => frame(f, exact, top),
        Shape::Integer => f.write_str("<int>"),
        Shape::Anything => f.write_str("<any>"),
        Shape::Template(text, pieces) => template(f, *text, pieces),
        Shape::AnyLines(text, pieces) => {
            f.write_str("any")?;
            template(f, *text, pieces)
        }
        Shape::Array(items) => aggregate(f, "[", items),
        Shape::Push(items) => aggregate(f, ">[", items),
        Shape::Set(items) => aggregate(f, "~[", items),
        Shape::Map(pairs) => keyed(f, ("{", "}"), pairs),
        Shape::AnyArray(items) => aggregate(f, "any[", items),
        Shape::AnyPairs(pairs) => keyed(f, ("any[", "]"), pairs),
        Shape::AnyMap(pairs) => keyed(f, ("any{", "}"), pairs),
    }
}

fn frame(f: &mut Formatter<'_>, frame: &Frame, top: Top) -> Result {
    match frame {
        Frame::Simple(text) => phrase(f, '+', text, top),
        Frame::Error(text) => phrase(f, '-', text, top),
        Frame::Integer(number) => write!(f, "{number}"),
        Frame::Bulk(bytes) => f.write_str(&quoted(bytes)),
        Frame::NullBulk => f.write_str("$-1"),
        Frame::Array(items) => aggregate(f, "[", items),
        Frame::NullArray => f.write_str("*-1"),
        Frame::Null => f.write_str("_"),
        Frame::Boolean(true) => f.write_str("#t"),
        Frame::Boolean(false) => f.write_str("#f"),
        Frame::Double(text) => number(f, ',', text),
        Frame::BigNumber(text) => number(f, '(', text),
        Frame::BulkError(bytes) => write!(f, "!{}", quoted(bytes)),
        Frame::Verbatim(bytes) => write!(f, "={}", quoted(bytes)),
        Frame::Map(pairs) => keyed(f, ("{", "}"), pairs),
        Frame::Set(items) => aggregate(f, "~[", items),
        Frame::Push(items) => aggregate(f, ">[", items),
        Frame::Attribute(pairs, value) => {
            keyed(f, ("|{", "} "), pairs)?;
            write!(f, "{value}")
        }
    }
}

/// A simple string or an error, without quotes where the text is unambiguous.
fn phrase(f: &mut Formatter<'_>, sign: char, text: &[u8], top: Top) -> Result {
    // `-5` is an integer.
    let number = text.first().is_some_and(u8::is_ascii_digit);
    let single_word = text.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match line(text).filter(|_| !number && (top == Top::Yes || single_word)) {
        Some(bare) => write!(f, "{sign}{bare}"),
        None => write!(f, "{sign}{}", quoted(text)),
    }
}

fn number(f: &mut Formatter<'_>, sign: char, text: &[u8]) -> Result {
    let plain = |&byte: &u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
    match std::str::from_utf8(text) {
        Ok(bare) if !text.is_empty() && text.iter().all(plain) => write!(f, "{sign}{bare}"),
        _ => write!(f, "{sign}{}", quoted(text)),
    }
}

fn template(f: &mut Formatter<'_>, text: Text, pieces: &[Piece]) -> Result {
    let mut out = String::from(match text {
        Text::Simple => "+",
        Text::Error => "-",
        Text::Bulk => "",
        Text::Verbatim => "=",
    });
    out.push('`');
    for piece in pieces {
        match piece {
            Piece::Literal(bytes) => literal(&mut out, bytes),
            Piece::Hole(mask) => write!(out, "<{}>", mask.name())?,
        }
    }
    out.push('`');
    f.write_str(&out)
}

fn aggregate(f: &mut Formatter<'_>, open: &str, items: &[impl fmt::Display]) -> Result {
    f.write_str(open)?;
    for (at, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if at == 0 { "" } else { " " })?;
    }
    f.write_str("]")
}

fn keyed<T: fmt::Display>(
    f: &mut Formatter<'_>,
    (open, close): (&str, &str),
    pairs: &[(T, T)],
) -> Result {
    f.write_str(open)?;
    for (at, (key, value)) in pairs.iter().enumerate() {
        write!(f, "{}{key}: {value}", if at == 0 { "" } else { " " })?;
    }
    f.write_str(close)
}
