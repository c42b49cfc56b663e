//! The reply to a request of the handle.

use std::fmt;

use bytes::Bytes;

/// A reply, as [`EmbeddedRedis::execute`](crate::EmbeddedRedis::execute) returns it.
///
/// It has the types of RESP3, whatever version the server imitates: `HGETALL` returns a map. Compare it
/// with text or a number, or look into it:
///
/// ```
/// use twincast_embedded::{EmbeddedRedis, Value};
///
/// let redis = EmbeddedRedis::start()?;
/// assert_eq!(redis.execute(["RPUSH", "queue", "a", "b"])?, 2);
/// assert_eq!(redis.execute(["LRANGE", "queue", "0", "-1"])?, Value::from_iter(["a", "b"]));
/// assert_eq!(redis.execute(["LINDEX", "queue", "0"])?, "a");
/// assert_eq!(redis.execute(["LINDEX", "queue", "9"])?, Value::Null);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// There is no value.
    Null,
    /// A number, such as a count. Truth is 1 or 0.
    Integer(i64),
    /// A number with a point, such as a score.
    Double(f64),
    /// A word of the server, such as `OK`.
    Status(String),
    /// Bytes that were stored, or text.
    Bytes(Bytes),
    /// Items in an order.
    Array(Vec<Value>),
    /// Members without an order.
    Set(Vec<Value>),
    /// Keys with values.
    Map(Vec<(Value, Value)>),
    /// An error among other replies, for example of one command in a transaction.
    Error(String),
}

impl Value {
    /// The text of a status or of bytes; `None` for other values, and for bytes that are not UTF-8.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Status(text) => Some(text),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The number, if it is an integer.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The items of an array or a set, in order.
    pub fn items(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) | Self::Set(items) => Some(items),
            _ => None,
        }
    }

    /// Reads one value in RESP3, and returns the bytes behind it.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let end = memchr::memmem::find(bytes, b"\r\n")?;
        let (kind, line) = bytes[..end].split_first()?;
        let rest = &bytes[end + 2..];
        let text = || String::from_utf8_lossy(line).into_owned();
        let simple = match kind {
            b'+' => Self::Status(text()),
            b'-' => Self::Error(text()),
            b':' => Self::Integer(text().parse().ok()?),
            b',' => Self::Double(text().parse().ok()?),
            b'_' => Self::Null,
            b'#' => Self::Integer((line == b"t").into()),
            _ => return Self::read_long(*kind, text().parse().ok()?, rest),
        };
        Some((simple, rest))
    }

    fn read_long(kind: u8, length: usize, rest: &[u8]) -> Option<(Self, &[u8])> {
        match kind {
            b'$' => {
                let (bytes, rest) = rest.split_at_checked(length)?;
                Some((Self::Bytes(Bytes::copy_from_slice(bytes)), rest.get(2..)?))
            }
            // The first four bytes name the kind of text.
            b'=' => Some((
                Self::Bytes(Bytes::copy_from_slice(rest.get(4..length)?)),
                rest.get(length + 2..)?,
            )),
            b'%' => {
                let (items, rest) = Self::read_items(2 * length, rest)?;
                let mut items = items.into_iter();
                let pairs = std::iter::from_fn(|| Some((items.next()?, items.next()?)));
                Some((Self::Map(pairs.collect()), rest))
            }
            b'~' => Self::read_items(length, rest).map(|(items, rest)| (Self::Set(items), rest)),
            _ => Self::read_items(length, rest).map(|(items, rest)| (Self::Array(items), rest)),
        }
    }

    fn read_items(count: usize, mut rest: &[u8]) -> Option<(Vec<Self>, &[u8])> {
        let mut items = Vec::new();
        for _ in 0..count {
            let (item, behind) = Self::read(rest)?;
            items.push(item);
            rest = behind;
        }
        Some((items, rest))
    }
}

/// As `redis-cli` shows it, on one line.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, open: &str, items: &[Self], close: &str| {
            f.write_str(open)?;
            for (index, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
            }
            f.write_str(close)
        };
        match self {
            Self::Null => f.write_str("nil"),
            Self::Integer(number) => number.fmt(f),
            Self::Double(number) => number.fmt(f),
            Self::Status(text) => f.write_str(text),
            Self::Error(text) => write!(f, "error: {text}"),
            Self::Bytes(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Self::Array(items) => list(f, "[", items, "]"),
            Self::Set(items) => list(f, "{", items, "}"),
            Self::Map(pairs) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Bytes(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl<V: Into<Self>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

/// A status and bytes equal their text.
impl PartialEq<&str> for Value {
    fn eq(&self, text: &&str) -> bool {
        self.text() == Some(*text)
    }
}

impl PartialEq<i64> for Value {
    fn eq(&self, number: &i64) -> bool {
        self.integer() == Some(*number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_and_shown() {
        let bytes = b"*9\r\n:-1\r\n,0.5\r\n+OK\r\n-ERR no\r\n$2\r\n\r\n\r\n_\r\n=6\r\ntxt:hi\r\n\
                      ~1\r\n#t\r\n%1\r\n+a\r\n*0\r\n";
        let (value, rest) = Value::read(bytes).unwrap();
        assert!(rest.is_empty());
        let shown = r#"[-1, 0.5, OK, error: ERR no, "\r\n", nil, "hi", {1}, {a: []}]"#;
        assert_eq!(value.to_string(), shown);
        for end in 0..bytes.len() {
            assert_eq!(Value::read(&bytes[..end]), None, "{end} bytes");
        }
    }
}
