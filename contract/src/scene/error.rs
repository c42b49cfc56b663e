use std::time::Duration;

use redis::RedisError;

use super::{Message, recording::RecordingError};
use crate::{backend::BackendError, compare::PatternError, conversation::Name, tap::TapError};

/// Why a scenario stopped, or could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// The server did not start.
    #[error(transparent)]
    Backend(#[from] BackendError),

    /// The recording proxy did not start, or did not record the conversation.
    #[error(transparent)]
    Tap(#[from] TapError),

    /// The recording cannot be read or written.
    #[error(transparent)]
    Recording(#[from] RecordingError),

    /// A pattern of values that vary cannot be used.
    #[error(transparent)]
    Pattern(#[from] PatternError),

    /// The code under test, or the case itself, returned an error.
    #[error("the case stopped at {place}: {reason}")]
    Application {
        /// The file and line of the `?` that passed the error on.
        place: String,
        /// The error and its sources.
        reason: String,
    },

    /// A `Scene::url` was asked for on a server that other cases use.
    #[error(
        "{connection} cannot connect through a URL: other cases use this server, and the channels \
         and keys of the code under test would meet theirs; use #[every_server]"
    )]
    SharedServer {
        /// The name that the URL was for.
        connection: Name,
    },

    /// The server rejected a request, or the client did not understand the answer.
    #[error("{connection} cannot {action}: {reason}")]
    Client {
        /// The connection.
        connection: Name,
        /// The action that failed.
        action: &'static str,
        /// The error of the client library.
        reason: RedisError,
    },

    /// An awaited event did not come in time.
    #[error("{connection} waited {} ms in vain for {awaited}", after.as_millis())]
    TimedOut {
        /// The connection.
        connection: Name,
        /// The event that it waited for.
        awaited: String,
        /// How long it waited.
        after: Duration,
    },

    /// The server closed a connection that waited for an event.
    #[error("the server closed the connection of {connection}, which waited for {awaited}")]
    Ended {
        /// The connection.
        connection: Name,
        /// The event that it waited for.
        awaited: &'static str,
    },

    /// A message came where none was expected.
    #[error("{connection} received {message:?}, but no message was expected")]
    UnexpectedMessage {
        /// The connection.
        connection: Name,
        /// The message.
        message: Message,
    },

    /// A message came where the end of the stream was expected.
    #[error("{connection} received {message:?} instead of the end of the stream")]
    NotEnded {
        /// The connection.
        connection: Name,
        /// The message.
        message: Message,
    },

    /// A PONG had another payload than its PING.
    #[error("{connection} sent PING {sent:?}, but received PONG {got:?}")]
    WrongPong {
        /// The connection.
        connection: Name,
        /// The payload of the PING.
        sent: String,
        /// The payload of the PONG.
        got: String,
    },

    /// The case used a client that it had closed.
    #[error("{connection} cannot {action}, because its connection is closed; connect again first")]
    Closed {
        /// The connection.
        connection: Name,
        /// The action that failed.
        action: &'static str,
    },
}
