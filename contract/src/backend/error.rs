use std::io;
use std::path::PathBuf;

use super::BackendKind;

/// Why a backend is not available, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// The text does not name a backend.
    #[error(
        "{0:?} is not a backend: write embedded[:PROFILE], container[:IMAGE], process[:PATH] or redis://host[:port]"
    )]
    InvalidSpec(String),

    /// The embedded server has no profile of this name.
    #[error(transparent)]
    UnknownProfile(#[from] twincast_embedded::UnknownProfile),

    /// A container was requested, but this build does not support containers.
    #[error(
        "this build cannot start containers: build it with `--features container`, or use \
         process[:PATH] or redis://host[:port] (for `cargo test`, set TWINCAST_REDIS_SERVER to a \
         redis-server binary, or TWINCAST_REDIS_URL to a server's URL)"
    )]
    NoContainers,

    /// The embedded server did not start.
    #[error("the embedded server did not start: {0}")]
    Embedded(twincast_embedded::StartError),

    /// The real server did not start, or does not answer.
    #[error(transparent)]
    Real(twincast_redis::Error),

    /// No server answers at the URL.
    #[error("no server answers at {url}: {reason}; start the server, or correct the URL")]
    Unreachable {
        /// The URL, without its password.
        url: String,
        /// What the operating system said.
        reason: io::Error,
    },

    /// The peer is no Redis server, or rejects the credentials of the URL.
    #[error(
        "{url} answered {reply:?} instead of OK or PONG; correct the address or the password in \
         the URL"
    )]
    UnexpectedReply {
        /// The URL, without its password.
        url: String,
        /// The first line of the reply.
        reply: String,
    },

    /// The binary is missing or not executable.
    #[error(
        "cannot run {}: {reason}; name the path of a redis-server or valkey-server, or none to use \
         the one on PATH",
        path.display()
    )]
    CannotRunBinary {
        /// The path of the binary.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },

    /// The server runs, but does not answer INFO.
    #[error(
        "the {kind} server does not answer INFO: {answer}; \
         check that it is a Redis server and that the password is right"
    )]
    CannotIdentify {
        /// How the server is run.
        kind: BackendKind,
        /// The error of the client that sent INFO.
        answer: redis::RedisError,
    },

    /// A case needs an exclusive server, but this one may be shared.
    #[error(
        "a {kind} server that others may use cannot {action}: use a container or a process of its \
         own (for `cargo test`, unset TWINCAST_REDIS_URL); if cases are the only users of the server, \
         TWINCAST_REDIS_OWN=1 lets them flush and configure it, one at a time"
    )]
    Unsupported {
        /// How the server is run.
        kind: BackendKind,
        /// The requested action.
        action: &'static str,
    },
}

/// The errors of real servers name environment variables as the remedy. Here, the address or the
/// path may be an argument too, so the remedies name neither.
impl From<twincast_redis::Error> for BackendError {
    fn from(error: twincast_redis::Error) -> Self {
        match error {
            twincast_redis::Error::Unreachable { url, reason } => Self::Unreachable { url, reason },
            twincast_redis::Error::UnexpectedReply { url, reply } => {
                Self::UnexpectedReply { url, reply }
            }
            twincast_redis::Error::CannotRunBinary { path, reason } => {
                Self::CannotRunBinary { path, reason }
            }
            other => Self::Real(other),
        }
    }
}

/// Written by hand: a derived conversion would make the start error a source too, and a chain of
/// sources would print it a second time.
impl From<twincast_embedded::StartError> for BackendError {
    fn from(error: twincast_embedded::StartError) -> Self {
        Self::Embedded(error)
    }
}
