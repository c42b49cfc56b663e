use std::io;
use std::time::Duration;

use crate::conversation::{Name, Place};
use crate::socket::Address;

/// Why a conversation could not be played.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The server does not accept connections, or stopped accepting them.
    #[error("{place}: {connection} cannot connect to {server}: {reason}")]
    Connect {
        /// The place of the step.
        place: Place,
        /// The connection.
        connection: Name,
        /// The address of the server.
        server: Address,
        /// The error of the operating system.
        #[source]
        reason: io::Error,
    },
    /// The server accepts connections but rejects our credentials.
    #[error(
        "{place}: {server} rejects the login of {connection}: {answer}; \
         correct the user and the password"
    )]
    Login {
        /// The place of the step.
        place: Place,
        /// The connection.
        connection: Name,
        /// The address of the server.
        server: Address,
        /// The answer of the server.
        answer: String,
    },
    /// The server accepts connections but does not answer.
    #[error("{place}: {server} has not answered for {} s", timeout.as_secs_f64())]
    Unresponsive {
        /// The place of the step that got no answer.
        place: Place,
        /// The address of the server.
        server: Address,
        /// How long the player waited.
        timeout: Duration,
    },
    /// A request contains the client ID of a connection that has not asked for it.
    #[error(
        "{place}: {connection} sends the client ID of {owner}, which is not known; \
         let {owner} send CLIENT ID in an earlier turn"
    )]
    UnknownId {
        /// The place of the step.
        place: Place,
        /// The connection of the step.
        connection: Name,
        /// The connection whose client ID is missing.
        owner: Name,
    },
    /// A client sends on a connection that it has closed.
    #[error(
        "{place}: {connection} cannot send, because an earlier step closed it; \
         use a connection with another name"
    )]
    Closed {
        /// The place of the step.
        place: Place,
        /// The connection of the step.
        connection: Name,
    },
}
