use std::io;
use std::time::Duration;

use super::record::Direction;
use crate::conversation::Name;

/// Why a tap could not record.
#[derive(Debug, thiserror::Error)]
pub enum TapError {
    /// No thread or no runtime.
    #[error("the tap cannot start its thread: {0}")]
    Start(#[source] io::Error),
    /// No port.
    #[error("the tap cannot listen on loopback for connection {connection}: {source}")]
    Listen {
        /// Whose listener it was to be.
        connection: Name,
        /// What the system said.
        source: io::Error,
    },
    /// A client was kept beyond the end of what it was to say.
    #[error(
        "{} still open {after:?} after the conversation: {}; drop the clients before finishing the tap",
        if connections.len() == 1 { "a connection is" } else { "connections are" },
        names(connections),
    )]
    StillOpen {
        /// Who is still connected.
        connections: Vec<Name>,
        /// How long was waited.
        after: Duration,
    },
    /// What was decoded does not give back the bytes that went through: a fault of the tap.
    #[error(
        "the tap lost bytes: {direction} of connection {connection} differ at byte {at} from what went through"
    )]
    Lossy {
        /// On which connection.
        connection: Name,
        /// Which way.
        direction: Direction,
        /// The first byte that differs.
        at: usize,
    },
    /// The tap's thread ended early: a fault of the tap.
    #[error("the tap's thread is gone")]
    Gone,
}

fn names(connections: &[Name]) -> String {
    let names: Vec<&str> = connections.iter().map(Name::as_str).collect();
    names.join(", ")
}
