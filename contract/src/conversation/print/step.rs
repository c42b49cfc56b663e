use std::fmt;

use crate::conversation::{ClientAction, ClientStep, Expectation, ServerEvent, ServerStep, Word};

use super::string::{quoted, word};
use super::value::{Top, nested_or_bare};

/// Words at the start of a client's line that are actions and not requests. A command with such a
/// name is quoted.
pub(in crate::conversation) const ACTION_WORDS: [&str; 6] =
    ["open", "stop-reading", "start-reading", "half-close", "close", "raw"];

/// The line, without its line break.
impl fmt::Display for ClientStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}> {}", self.connection, self.action)
    }
}

impl fmt::Display for ClientAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientAction::Open => f.write_str("open"),
            ClientAction::StopReading => f.write_str("stop-reading"),
            ClientAction::StartReading => f.write_str("start-reading"),
            ClientAction::HalfClose => f.write_str("half-close"),
            ClientAction::Close => f.write_str("close"),
            ClientAction::Raw(bytes) => write!(f, "raw {}", quoted(bytes)),
            ClientAction::Request(words) if words.is_empty() => f.write_str("[]"),
            ClientAction::Request(words) => {
                words.iter().enumerate().try_for_each(|(at, bytes)| print_word(f, at, bytes))
            }
            ClientAction::RequestWithIds(words) => {
                words.iter().enumerate().try_for_each(|(at, word)| match word {
                    Word::Bytes(bytes) => print_word(f, at, bytes),
                    Word::IdOf(name) => write!(f, "{}<id of {name}>", space(at)),
                })
            }
        }
    }
}

/// A word of a request, with the space before it.
fn print_word(f: &mut fmt::Formatter<'_>, at: usize, bytes: &[u8]) -> fmt::Result {
    let is_action_word =
        || ACTION_WORDS.iter().any(|word| word.as_bytes() == bytes) || bytes == b"[]";
    // `<id` is quoted, as the next word may be `of`.
    let reserved = bytes == b"<id" || at == 0 && is_action_word();
    match word(bytes).filter(|_| !reserved) {
        Some(bare) => write!(f, "{}{bare}", space(at)),
        None => write!(f, "{}{}", space(at), quoted(bytes)),
    }
}

fn space(at: usize) -> &'static str {
    if at == 0 { "" } else { " " }
}

/// The line, without its line break.
impl fmt::Display for ServerStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}< {}", self.connection, self.event)
    }
}

impl fmt::Display for ServerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServerEvent::Closed => f.write_str("closed"),
            ServerEvent::Raw(bytes) => write!(f, "raw {}", quoted(bytes)),
            ServerEvent::Frame(shape) => nested_or_bare(f, shape, Top::Yes),
        }
    }
}

/// The line or the block, with a line break after each line.
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, "")
    }
}

impl Expectation {
    pub(super) fn print(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        let (head, server_steps) = match self {
            Expectation::One(server_step) => return writeln!(f, "{indent}{server_step}"),
            Expectation::AnyOrder(server_steps) => ("any order", server_steps),
            Expectation::AnyNames(server_steps) => ("any names", server_steps),
        };
        writeln!(f, "{indent}{head}")?;
        for server_step in server_steps {
            writeln!(f, "{indent}  {server_step}")?;
        }
        writeln!(f, "{indent}end")
    }
}
