use std::ops::Deref;

use super::SmallBytes;
use crate::wire::{Decimal, parse_integer};

/// The longest text that can be an integer.
const INTEGER_LEN: usize = 20;

/// A value of the type string.
#[derive(Clone, Debug)]
pub(crate) enum StringValue {
    Integer(i64),
    Bytes(SmallBytes),
    /// A string that a command has changed in place: it has room to grow.
    #[expect(clippy::box_collection, reason = "a vector would make every value larger")]
    Grown(Box<Vec<u8>>),
}

/// The bytes of a string. Those of an integer are its digits.
pub(crate) enum StringBytes<'v> {
    Slice(&'v [u8]),
    Digits(Decimal),
}

/// The empty string, as a command that changes it in place needs it.
impl Default for StringValue {
    fn default() -> Self {
        Self::Grown(Box::default())
    }
}

impl StringValue {
    /// A string as `SET` stores it: an integer in its canonical form is stored as a number.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        match parse_integer(bytes) {
            Some(integer) if bytes.len() <= INTEGER_LEN => Self::Integer(integer),
            _ => Self::text(bytes),
        }
    }

    /// A string that stays text, even if it is an integer.
    pub(crate) fn text(bytes: &[u8]) -> Self {
        Self::Bytes(SmallBytes::new(bytes))
    }

    #[inline]
    pub(crate) fn bytes(&self) -> StringBytes<'_> {
        match self {
            Self::Integer(integer) => StringBytes::Digits(Decimal::new(*integer)),
            Self::Bytes(bytes) => StringBytes::Slice(bytes),
            Self::Grown(bytes) => StringBytes::Slice(bytes),
        }
    }

    /// The value as an integer, if it is one in its canonical form.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            other => parse_integer(&other.bytes()),
        }
    }

    /// Changes the bytes in place. From now on the string is not an integer.
    pub(crate) fn edit<R>(&mut self, change: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let mut bytes = match std::mem::replace(self, Self::Integer(0)) {
            Self::Grown(bytes) => bytes,
            other => Box::new(other.bytes().to_vec()),
        };
        let result = change(&mut bytes);
        *self = Self::Grown(bytes);
        result
    }

    /// The encoding, as `OBJECT ENCODING` names it. `embeds` says whether a string of so many bytes
    /// is stored in one piece.
    pub(crate) fn encoding(&self, embeds: impl Fn(usize) -> bool) -> &'static str {
        match self {
            Self::Integer(_) => "int",
            Self::Bytes(bytes) if embeds(bytes.len()) => "embstr",
            Self::Bytes(_) | Self::Grown(_) => "raw",
        }
    }
}

impl Deref for StringBytes<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::Slice(bytes) => bytes,
            Self::Digits(digits) => digits.as_bytes(),
        }
    }
}

impl AsRef<[u8]> for StringBytes<'_> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_follows_from_the_text_until_it_is_edited() {
        for (text, encoding) in [
            ("", "embstr"),
            ("12", "int"),
            ("-9223372036854775808", "int"),
            ("012", "embstr"),
            ("9223372036854775808", "embstr"),
            (&"x".repeat(44), "embstr"),
            (&"x".repeat(45), "raw"),
        ] {
            let value = StringValue::new(text.as_bytes());
            assert_eq!(value.encoding(|len| len <= 44), encoding, "{text}");
            assert_eq!(&*value.bytes(), text.as_bytes());
        }
        let mut value = StringValue::new(b"12");
        value.edit(|bytes| bytes.extend_from_slice(b"3"));
        assert_eq!((value.encoding(|_| true), value.integer()), ("raw", Some(123)));
        assert_eq!(StringValue::text(b"12").encoding(|_| true), "embstr");
    }
}
