//! The ways in which a server can fail under load.

use std::{fmt, io, time::Duration};

use crate::report::counted;

/// A failure of a server under load. It ends the run, because the speed of a server that loses
/// messages means nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadFailure {
    /// A connection received other bytes than expected.
    #[error("{connection} received unexpected bytes: {mismatch}")]
    Mismatched {
        /// The connection.
        connection: ConnectionLabel,
        /// The expected and the received bytes.
        mismatch: Mismatch,
    },

    /// Expected bytes did not arrive.
    #[error(
        "{connection} received {received} of {}, and then nothing for {} s: {} missing",
        connection.received(*expected), timeout.as_secs_f64(), counted(*bytes, "byte")
    )]
    Missing {
        /// The connection.
        connection: ConnectionLabel,
        /// How many it received.
        received: u64,
        /// How many it should have received.
        expected: u64,
        /// How many bytes are missing.
        bytes: u64,
        /// How long all connections were silent.
        timeout: Duration,
    },

    /// The server closed a connection.
    #[error("{connection} was disconnected after {}", connection.received(*received))]
    Closed {
        /// The connection.
        connection: ConnectionLabel,
        /// How many it had received.
        received: u64,
    },

    /// A request before or after the load was not answered as Redis answers it.
    #[error("{request} was answered with '{answer}', not with '{expected}'")]
    Answered {
        /// The request, cut short.
        request: String,
        /// The received bytes, cut short.
        answer: String,
        /// The expected bytes, cut short.
        expected: String,
    },

    /// A connection could not be made, or broke.
    #[error("cannot {doing}: {reason}")]
    Io {
        /// The action that failed.
        doing: &'static str,
        /// Why it failed.
        #[source]
        reason: io::Error,
    },
}

impl LoadFailure {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |reason| {
            // The system's text for a timeout says that a resource is unavailable.
            let reason = match reason.kind() {
                io::ErrorKind::WouldBlock => {
                    io::Error::new(reason.kind(), "no answer came in time")
                }
                _ => reason,
            };
            Self::Io { doing, reason }
        }
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

/// The role of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The connection publishes and receives replies.
    Publisher,
    /// The connection receives messages.
    Subscriber,
}

impl ConnectionLabel {
    /// This many replies or messages, in words.
    fn received(self, count: u64) -> String {
        match (self.role, count) {
            (Role::Publisher, 1) => "1 reply".to_owned(),
            (Role::Publisher, count) => format!("{count} replies"),
            (Role::Subscriber, count) => counted(count, "message"),
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
    /// The number of the unit, counted from 0.
    pub number: u64,
    /// The expected unit.
    pub expected: Vec<u8>,
    /// The received bytes, at most one unit.
    pub received: Vec<u8>,
    /// The number of the unit that they are, if they are another one.
    pub instead: Option<u64>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number + 1;
        match self.instead {
            Some(other) if other > self.number => {
                write!(
                    f,
                    "number {} arrived in place of number {number}, which was lost or overtaken",
                    other + 1
                )
            }
            Some(other) => {
                write!(f, "number {} arrived again in place of number {number}", other + 1)
            }
            None => write!(
                f,
                "number {number} is '{}' instead of '{}'",
                excerpt(&self.received),
                excerpt(&self.expected)
            ),
        }
    }
}

/// Bytes for an error message, escaped and cut short.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const ENOUGH: usize = 100;
    let shown = bytes[..bytes.len().min(ENOUGH)].escape_ascii();
    let more = if bytes.len() > ENOUGH { "…" } else { "" };
    format!("{shown}{more}")
}
