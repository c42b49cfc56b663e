use std::io;
use std::time::Duration;

use crate::conversation::{Name, Place};
use crate::socket::Address;

/// Why a conversation could not be played.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The server accepts no connections, or not any more.
    #[error("{place}: {connection} cannot connect to {server}: {source}")]
    Connect {
        /// The step.
        place: Place,
        /// The connection.
        connection: Name,
        /// Where.
        server: Address,
        /// What the system said.
        source: io::Error,
    },
    /// The server accepts connections but rejects our credentials.
    #[error("{place}: {server} refuses the login of {connection}: {answer}")]
    Login {
        /// The step.
        place: Place,
        /// The connection.
        connection: Name,
        /// Where.
        server: Address,
        /// What the server said.
        answer: String,
    },
    /// The server accepts connections but answers none.
    #[error("{place}: {server} has answered nothing for {} s", timeout.as_secs_f64())]
    Unresponsive {
        /// The step at which this was seen.
        place: Place,
        /// Where.
        server: Address,
        /// How long the answer was waited for.
        timeout: Duration,
    },
    /// A request contains the client ID of a connection that was not told it.
    #[error(
        "{place}: {connection} needs the number of {owner}, which CLIENT ID has to tell {owner} in an earlier turn"
    )]
    UnknownId {
        /// The step.
        place: Place,
        /// The connection that sends.
        connection: Name,
        /// The connection whose client ID is missing.
        owner: Name,
    },
    /// A client sends on a connection that it has closed.
    #[error("{place}: {connection} has closed its connection and cannot speak any more")]
    Closed {
        /// The step.
        place: Place,
        /// The connection that sends.
        connection: Name,
    },
}
