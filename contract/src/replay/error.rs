use std::io;
use std::time::Duration;

use crate::conversation::{Name, Place};
use crate::socket::Address;

/// Why a conversation could not be played.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The server does not take connections, or not any more.
    #[error("{place}: {connection} cannot connect to {server}: {source}")]
    Connect {
        /// The step.
        place: Place,
        /// Whose connection it was to be.
        connection: Name,
        /// Where.
        server: Address,
        /// What the system said.
        source: io::Error,
    },
    /// The server takes connections, and not the login.
    #[error("{place}: {server} refuses the login of {connection}: {answer}")]
    Login {
        /// The step.
        place: Place,
        /// Whose connection it was to be.
        connection: Name,
        /// Where.
        server: Address,
        /// What the server said.
        answer: String,
    },
    /// The server takes connections and answers nobody.
    #[error("{place}: {server} has answered nothing for {} s", patience.as_secs_f64())]
    Deaf {
        /// The step at which this was seen.
        place: Place,
        /// Where.
        server: Address,
        /// How long it was waited for.
        patience: Duration,
    },
    /// A request has the number of a connection that was not told its number.
    #[error(
        "{place}: {connection} needs the number of {whose}, which CLIENT ID has to tell {whose} in an earlier turn"
    )]
    UnknownId {
        /// The step.
        place: Place,
        /// Who speaks.
        connection: Name,
        /// Whose number it is.
        whose: Name,
    },
    /// A connection that was closed by its client speaks again.
    #[error("{place}: {connection} has closed its connection and cannot speak any more")]
    Closed {
        /// The step.
        place: Place,
        /// Who speaks.
        connection: Name,
    },
}
