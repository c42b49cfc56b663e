use super::BackendKind;

/// Why there is no backend to check, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// The text names no backend.
    #[error(
        "{0:?} is no backend: write embedded[:PROFILE], container[:IMAGE], process[:PATH] or redis://host[:port]"
    )]
    InvalidSpec(String),

    /// The embedded server is to imitate one that it does not know.
    #[error(transparent)]
    UnknownProfile(#[from] twincast_embedded::UnknownProfile),

    /// A container in a build without containers.
    #[error(
        "this build cannot start containers: build it with `--features container`, or set \
         TWINCAST_REDIS_SERVER to a redis-server binary or TWINCAST_REDIS_URL to a server's URL"
    )]
    NoContainers,

    /// The embedded server did not start.
    #[error("the embedded server did not start: {0}")]
    Embedded(#[from] twincast_embedded::StartError),

    /// The real server did not start, or does not answer.
    #[error(transparent)]
    Real(#[from] twincast_redis::Error),

    /// It accepts connections, but does not answer as a Redis server does.
    #[error("the {kind} server cannot be talked to: {answer}")]
    CannotIdentify {
        /// How it came to run.
        kind: BackendKind,
        /// What came of asking it who it is.
        answer: redis::RedisError,
    },

    /// The backend lacks a capability that a case needs.
    #[error(
        "a {kind} server cannot {what}: run this case with a container or a process \
         (unset TWINCAST_REDIS_URL), or leave it out with `--skip own_server`"
    )]
    Unsupported {
        /// The backend.
        kind: BackendKind,
        /// What was wanted of it.
        what: &'static str,
    },
}
