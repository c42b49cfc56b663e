//! What a server can do wrong under load.

use std::{fmt, io, time::Duration};

/// What a server did wrong under load: the run ends with it, for a figure of a server that loses
/// messages means nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadFailure {
    /// Other bytes arrived than expected.
    #[error("{connection} received something else than it was owed: {mismatch}")]
    Mismatched {
        /// The connection.
        connection: ConnectionLabel,
        /// What came in place of what.
        mismatch: Mismatch,
    },

    /// Expected bytes did not arrive.
    #[error(
        "{connection} received {received} of {expected} {}, and then nothing for {} s: {bytes} bytes are missing",
        connection.receives(), timeout.as_secs_f64()
    )]
    Missing {
        /// The connection.
        connection: ConnectionLabel,
        /// How many it received.
        received: u64,
        /// How many it should have received.
        expected: u64,
        /// The bytes that did not come.
        bytes: u64,
        /// How long nothing came on any connection.
        timeout: Duration,
    },

    /// The server closed a connection.
    #[error("{connection} was disconnected after {received} {}", connection.receives())]
    Closed {
        /// The connection.
        connection: ConnectionLabel,
        /// How many it had received.
        received: u64,
    },

    /// A request of the preparations or the end was answered otherwise than by a Redis server.
    #[error("{request} was answered with '{answer}', not with '{expected}'")]
    Answered {
        /// The request, cut short.
        request: String,
        /// The bytes that came, cut short.
        answer: String,
        /// The expected bytes, cut short.
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

impl LoadFailure {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

/// One connection of a load, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLabel {
    /// Its role.
    pub role: Role,
    /// Its number among the connections of this role.
    pub number: usize,
    /// How many connections have this role.
    pub of: usize,
}

/// What a connection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It publishes, and receives replies.
    Publisher,
    /// It receives messages.
    Subscriber,
}

impl ConnectionLabel {
    fn receives(self) -> &'static str {
        match self.role {
            Role::Publisher => "replies",
            Role::Subscriber => "messages",
        }
    }
}

impl fmt::Display for ConnectionLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = match self.role {
            Role::Publisher => "publisher",
            Role::Subscriber => "subscriber",
        };
        write!(f, "{role} {} of {}", self.number, self.of)
    }
}

/// The first unit of a stream that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Which unit, counted from 0.
    pub number: u64,
    /// The expected unit.
    pub expected: Vec<u8>,
    /// What came, as much of one unit as there was.
    pub received: Vec<u8>,
    /// Which other unit this is, if it is one.
    pub instead: Option<u64>,
}

impl fmt::Display for Mismatch {
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
