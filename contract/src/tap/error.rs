use std::io;
use std::time::Duration;

use super::record::Direction;
use crate::conversation::Name;

/// Why a tap could not record a conversation.
#[derive(Debug, thiserror::Error)]
pub enum TapError {
    /// The operating system gave the tap no thread or no event loop.
    #[error(
        "the tap cannot start its thread: {0}; close other programs, or raise the limits of \
         threads and open files"
    )]
    Start(io::Error),
    /// The operating system gave the tap no port.
    #[error("the tap cannot listen on loopback for connection {connection}: {reason}")]
    Listen {
        /// The connection that the port was for.
        connection: Name,
        /// The error of the operating system.
        reason: io::Error,
    },
    /// A client is still connected although the conversation is over.
    #[error(
        "{} still open {after:?} after the conversation: {}; drop the clients before finishing the tap",
        if connections.len() == 1 { "a connection is" } else { "connections are" },
        names(connections),
    )]
    StillOpen {
        /// The open connections.
        connections: Vec<Name>,
        /// How long the tap waited.
        after: Duration,
    },
    /// A name that no port was opened for.
    #[error("the tap has no connections called {0}; ask for their port or URL first")]
    UnknownName(Name),
    /// A request that was to fail was never made.
    #[error(
        "no request of {name} met the planned error {error:?}, which waits for {}; make the request, \
         or do not plan its failure",
        command.as_deref().unwrap_or("any command")
    )]
    UnusedFailure {
        /// The name of the connections.
        name: Name,
        /// The command that fails, or any.
        command: Option<String>,
        /// The error that it would have been answered with.
        error: String,
    },
    /// The decoded frames do not encode to the recorded bytes: a bug in the tap.
    #[error(
        "the tap lost bytes: the decoded {direction} of connection {connection} differ from the \
         recorded bytes at byte {at}; this is a bug in the tap"
    )]
    Lossy {
        /// The connection.
        connection: Name,
        /// The direction.
        direction: Direction,
        /// The first byte that differs.
        at: usize,
    },
    /// The tap was finished before, or its thread panicked.
    #[error("the tap has ended already, and cannot record any more; start another tap")]
    Gone,
}

fn names(connections: &[Name]) -> String {
    let names: Vec<&str> = connections.iter().map(Name::as_str).collect();
    names.join(", ")
}
