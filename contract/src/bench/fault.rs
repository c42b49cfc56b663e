//! What a server can do wrong under load.

use std::{fmt, io, time::Duration};

/// What a server did wrong under load: the run ends with it, for a figure of a server that loses
/// messages means nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Something arrived that was not owed.
    #[error("{who} received something else than it was owed: {departure}")]
    Departed {
        /// The connection.
        who: Who,
        /// What came in place of what.
        departure: Departure,
    },

    /// What was owed did not arrive.
    #[error(
        "{who} received {received} of {owed} {}, and then nothing for {} s: {bytes} bytes are missing",
        who.hears(), patience.as_secs_f64()
    )]
    Missing {
        /// The connection.
        who: Who,
        /// How many it received.
        received: u64,
        /// How many it was owed.
        owed: u64,
        /// The bytes that did not come.
        bytes: u64,
        /// How long nothing came on any connection.
        patience: Duration,
    },

    /// The server closed a connection.
    #[error("{who} was disconnected after {received} {}", who.hears())]
    Closed {
        /// The connection.
        who: Who,
        /// How many it had received.
        received: u64,
    },

    /// A request of the preparations or the end was answered otherwise than by a Redis server.
    #[error("{asked} was answered with '{answer}', not with '{expected}'")]
    Answered {
        /// The request, cut short.
        asked: String,
        /// The bytes that came, cut short.
        answer: String,
        /// The bytes that were owed, cut short.
        expected: String,
    },

    /// A connection could not be had, or broke.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

impl Fault {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

/// One connection of a load, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    /// Its part.
    pub role: Role,
    /// Its number among those of this part.
    pub number: usize,
    /// How many have this part.
    pub of: usize,
}

/// What a connection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It publishes, and is owed replies.
    Publisher,
    /// It is owed messages.
    Subscriber,
}

impl Who {
    fn hears(self) -> &'static str {
        match self.role {
            Role::Publisher => "replies",
            Role::Subscriber => "messages",
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = match self.role {
            Role::Publisher => "publisher",
            Role::Subscriber => "subscriber",
        };
        write!(f, "{role} {} of {}", self.number, self.of)
    }
}

/// The first place where a stream is not what was owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Which unit, counted from 0.
    pub number: u64,
    /// The unit that was owed.
    pub expected: Vec<u8>,
    /// What came, as much of one unit as there was.
    pub received: Vec<u8>,
    /// Which other unit this is, if it is one.
    pub instead: Option<u64>,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number + 1;
        match self.instead {
            Some(other) if other > self.number => {
                write!(f, "number {number} was lost or overtaken, number {} came", other + 1)
            }
            Some(other) => write!(f, "number {} came again in place of number {number}", other + 1),
            None => write!(
                f,
                "number {number} was to be '{}' and was '{}'",
                excerpt(&self.expected),
                excerpt(&self.received)
            ),
        }
    }
}

/// Bytes for a message: readable, and not too many.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const ENOUGH: usize = 100;
    let shown = bytes[..bytes.len().min(ENOUGH)].escape_ascii();
    let more = if bytes.len() > ENOUGH { "…" } else { "" };
    format!("{shown}{more}")
}
