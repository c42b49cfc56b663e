use std::fmt;

use crate::conversation::{Expect, Hear, Heard, Said, Say, Word};

use super::string::{quoted, word};
use super::value::{Top, nested_or_bare};

/// Words that a client's line may begin with and that are no request. As a command's name they are
/// quoted.
pub(in crate::conversation) const DEEDS: [&str; 4] = ["open", "half-close", "close", "raw"];

/// The line, without its end.
impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}> {}", self.connection, self.said)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Said::Open => f.write_str("open"),
            Said::HalfClose => f.write_str("half-close"),
            Said::Close => f.write_str("close"),
            Said::Raw(bytes) => write!(f, "raw {}", quoted(bytes)),
            Said::Request(words) if words.is_empty() => f.write_str("[]"),
            Said::Request(words) => {
                words.iter().enumerate().try_for_each(|(at, bytes)| print_word(f, at, bytes))
            }
            Said::About(words) => words.iter().enumerate().try_for_each(|(at, word)| match word {
                Word::Bytes(bytes) => print_word(f, at, bytes),
                Word::IdOf(name) => write!(f, "{}<id of {name}>", space(at)),
            }),
        }
    }
}

/// A word of a request, with the space before it.
fn print_word(f: &mut fmt::Formatter<'_>, at: usize, bytes: &[u8]) -> fmt::Result {
    let is_deed = || DEEDS.iter().any(|deed| deed.as_bytes() == bytes) || bytes == b"[]";
    // What follows may be `of`.
    let reserved = bytes == b"<id" || at == 0 && is_deed();
    match word(bytes).filter(|_| !reserved) {
        Some(bare) => write!(f, "{}{bare}", space(at)),
        None => write!(f, "{}{}", space(at), quoted(bytes)),
    }
}

fn space(at: usize) -> &'static str {
    if at == 0 { "" } else { " " }
}

/// The line, without its end.
impl fmt::Display for Hear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}< {}", self.connection, self.heard)
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Heard::Closed => f.write_str("closed"),
            Heard::Raw(bytes) => write!(f, "raw {}", quoted(bytes)),
            Heard::Frame(shape) => nested_or_bare(f, shape, Top::Yes),
        }
    }
}

/// The line, or the block; each line ended.
impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, "")
    }
}

impl Expect {
    pub(super) fn print(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        let (head, hears) = match self {
            Expect::One(hear) => return writeln!(f, "{indent}{hear}"),
            Expect::AnyOrder(hears) => ("any order", hears),
            Expect::AnyNames(hears) => ("any names", hears),
        };
        writeln!(f, "{indent}{head}")?;
        for hear in hears {
            writeln!(f, "{indent}  {hear}")?;
        }
        writeln!(f, "{indent}end")
    }
}
