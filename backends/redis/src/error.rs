use std::{io, path::PathBuf, time::Duration};

/// Why a real server could not be had, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No binary was named and none is on PATH.
    #[error(
        "neither redis-server nor valkey-server is on PATH; install one, or set {env} to its path",
        env = crate::env::SERVER_ENV
    )]
    NoServerOnPath,

    /// The binary that was named does not exist or may not be run.
    #[error("cannot run {}: {source}; name a redis-server or valkey-server binary in {env}", path.display(), env = crate::env::SERVER_ENV)]
    CannotRunBinary {
        /// The path that was given.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// Somebody else listens on the port that was asked for.
    #[error("port {port} is taken: {source}; stop what listens there, or name no port")]
    PortTaken {
        /// The port that was asked for.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },

    /// A node of a cluster needs a second port.
    #[error(
        "port {port} is too high for a node of a cluster, whose bus listens 10000 above it; name one below 55536, or none"
    )]
    NoPortForBus {
        /// The port that was asked for.
        port: u16,
    },

    /// The server ended before it was ready.
    #[error("{server} exited at start ({status}); its last words:\n{}", indent(log))]
    ExitedAtStart {
        /// The binary or the image.
        server: String,
        /// How it ended.
        status: String,
        /// The last lines of its log.
        log: Vec<String>,
    },

    /// The server runs, and did not become ready in time.
    #[error("{server} is not ready after {} s; its last words:\n{}", after.as_secs(), indent(log))]
    NotReady {
        /// The binary, the image or the URL.
        server: String,
        /// How long it was waited for.
        after: Duration,
        /// The last lines of its log.
        log: Vec<String>,
    },

    /// The text is not a URL that a server can be reached at.
    #[error("{url:?} is no server's URL: {reason}; write redis://[user:password@]host[:port]")]
    InvalidUrl {
        /// The text that was given, without its password.
        url: String,
        /// The part that does not fit.
        reason: &'static str,
    },

    /// Nothing answers at the URL.
    #[error("{url} does not answer: {source}; start the server, or correct {env}", env = crate::env::URL_ENV)]
    Unreachable {
        /// The URL that was given, without its password.
        url: String,
        /// What the operating system said.
        source: io::Error,
    },

    /// Something answers at the URL, and not as a Redis server that lets us in does.
    #[error("{url} answers {reply:?} instead of PONG; correct the address or the password in {env}", env = crate::env::URL_ENV)]
    UnexpectedReply {
        /// The URL that was given, without its password.
        url: String,
        /// The first line of the answer.
        reply: String,
    },

    /// The Docker engine is absent or does not answer.
    #[error("no Docker engine answers at {host}: {reason}; start Docker, or set DOCKER_HOST")]
    #[cfg(feature = "container")]
    NoDockerEngine {
        /// Where it was looked for.
        host: String,
        /// What went wrong.
        reason: String,
    },

    /// The image is not on the engine and cannot be pulled.
    #[error(
        "image {image} is not here and cannot be pulled: {reason}; \
         run `just images`, or set {env} to an image that `docker images` lists",
        env = crate::env::IMAGE_ENV
    )]
    #[cfg(feature = "container")]
    ImageUnavailable {
        /// Name and tag.
        image: String,
        /// What the engine said.
        reason: String,
    },

    /// The engine refused what was asked of it.
    #[error("docker could not {action} {container}: {reason}")]
    #[cfg(feature = "container")]
    Docker {
        /// What was tried.
        action: &'static str,
        /// The container or image that it was tried on.
        container: String,
        /// What the engine said.
        reason: String,
    },

    /// A container that others use cannot be stopped, restarted or paused.
    #[error("cannot {action} a shared container; start one with Container::own()")]
    #[cfg(feature = "container")]
    SharedContainer {
        /// What was asked for.
        action: &'static str,
    },

    /// The process that was to own the containers is not running.
    #[error("{env}={pid} names no running process; unset it, or set it to the pid of the run", env = crate::env::OWNER_ENV)]
    #[cfg(feature = "container")]
    OwnerNotRunning {
        /// The text in the variable.
        pid: String,
    },

    /// Anything else the operating system refused.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: what was being done when the operating system refused.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, source }
    }
}

fn indent(log: &[String]) -> String {
    let lines: Vec<_> = log.iter().map(|line| format!("  {line}")).collect();
    if lines.is_empty() { "  (nothing)".to_owned() } else { lines.join("\n") }
}
