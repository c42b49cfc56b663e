use std::time::Duration;

use redis::RedisError;

use super::{Message, recording::RecordingError};
use crate::{backend::BackendError, conversation::Name, tap::TapError};

/// Why a scenario could not go on, or could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// No server.
    #[error(transparent)]
    Backend(#[from] BackendError),

    /// No recording proxy.
    #[error(transparent)]
    Tap(#[from] TapError),

    /// The recording cannot be read or written.
    #[error(transparent)]
    Recording(#[from] RecordingError),

    /// The server refused what the client asked for, or the client did not understand the answer.
    #[error("{connection} cannot {what}: {source}")]
    Client {
        /// The connection.
        connection: Name,
        /// What it tried.
        what: &'static str,
        /// What its library says.
        source: RedisError,
    },

    /// Something that was waited for did not come in time.
    #[error("{connection} waited {} ms for {what}, and it did not come", after.as_millis())]
    TimedOut {
        /// The connection.
        connection: Name,
        /// What was owed to it.
        what: String,
        /// How long it waited.
        after: Duration,
    },

    /// The server ended the connection that something was awaited on.
    #[error("{connection} waited for {what}, and the server closed the connection")]
    Ended {
        /// The connection.
        connection: Name,
        /// What was owed to it.
        what: &'static str,
    },

    /// A message where none was expected.
    #[error("{connection} heard {message:?} where silence was due")]
    UnexpectedMessage {
        /// The connection.
        connection: Name,
        /// What it heard.
        message: Message,
    },

    /// The end of the stream was due.
    #[error("{connection} heard {message:?} where the end of the stream was due")]
    NotEnded {
        /// The connection.
        connection: Name,
        /// What it heard.
        message: Message,
    },

    /// A PONG with another payload than its PING.
    #[error("{connection} sent PING {sent:?} and got {got:?} back")]
    WrongPong {
        /// The connection.
        connection: Name,
        /// The payload of the PING.
        sent: String,
        /// The payload of the PONG.
        got: String,
    },

    /// The case went on with a client after it had closed it.
    #[error("{connection} is closed; the case cannot {what} with it")]
    Closed {
        /// The connection.
        connection: Name,
        /// What was tried.
        what: &'static str,
    },
}
