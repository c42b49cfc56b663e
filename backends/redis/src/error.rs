use std::{io, path::PathBuf, time::Duration};

/// Why a real server is not available, and what to do about it.
///
/// The text of an error contains its cause, so there is no `source` that would print it again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No binary was named, and none is on PATH.
    #[error(
        "neither redis-server nor valkey-server is on PATH; install one, or set {env} to its path",
        env = crate::env::SERVER_ENV
    )]
    NoServerOnPath,

    /// The binary that was named is missing or not executable.
    #[error(
        "cannot run {}: {reason}; set {env} to the path of a redis-server or valkey-server",
        path.display(),
        env = crate::env::SERVER_ENV
    )]
    CannotRunBinary {
        /// The path of the binary.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },

    /// Another process listens on the requested port.
    #[error(
        "cannot listen on port {port}: {reason}; stop the process that uses it, or choose no port"
    )]
    PortTaken {
        /// The requested port.
        port: u16,
        /// What the operating system said.
        reason: io::Error,
    },

    /// The requested port leaves no room for the second port of a cluster node.
    #[error(
        "port {port} is too high for a cluster node, whose bus listens on the port plus 10000; \
         choose a port below 55536, or none"
    )]
    NoPortForBus {
        /// The requested port.
        port: u16,
    },

    /// The server exited before it was ready.
    #[error("{server} exited before it was ready ({status}); the end of its log:\n{}", indent(log))]
    ExitedAtStart {
        /// The binary or the image.
        server: String,
        /// Its exit status.
        status: String,
        /// The last lines of its log.
        log: Vec<String>,
    },

    /// The server runs, but was not ready in time.
    #[error(
        "{server} runs, but was not ready after {} s; the end of its log:\n{}",
        after.as_secs(),
        indent(log)
    )]
    NotReady {
        /// The binary, the image or the URL.
        server: String,
        /// The time limit.
        after: Duration,
        /// The last lines of its log.
        log: Vec<String>,
    },

    /// The server asks for a password that it was not started with.
    #[error(
        "{server} asks for a password that its program or configuration sets by itself; name a \
         program that sets none, or start the server and name its URL with the password"
    )]
    UnknownPassword {
        /// The binary.
        server: String,
    },

    /// The text is not the URL of a Redis server.
    #[error(
        "cannot use {url:?} as a server's URL: {reason}; write redis://[user:password@]host[:port]"
    )]
    InvalidUrl {
        /// The text, without its password.
        url: String,
        /// The fault in it.
        reason: &'static str,
    },

    /// No server answers at the URL.
    #[error(
        "no server answers at {url}: {reason}; start the server, or correct {env}",
        env = crate::env::URL_ENV
    )]
    Unreachable {
        /// The URL, without its password.
        url: String,
        /// What the operating system said.
        reason: io::Error,
    },

    /// The peer is no Redis server, or rejects our credentials.
    #[error(
        "{url} answered {reply:?} instead of OK or PONG; correct the address or the password in {env}",
        env = crate::env::URL_ENV
    )]
    UnexpectedReply {
        /// The URL, without its password.
        url: String,
        /// The first line of the reply.
        reply: String,
    },

    /// No Docker engine is running, or it cannot be reached.
    #[error("no Docker engine answers at {host}: {reason}; start Docker, or set DOCKER_HOST")]
    #[cfg(feature = "container")]
    NoDockerEngine {
        /// The address that was tried.
        host: String,
        /// What went wrong.
        reason: String,
    },

    /// The engine does not have the image and cannot pull it.
    #[error(
        "the Docker engine does not have image {image} and cannot pull it: {reason}; \
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

    /// The engine rejected a request.
    #[error("the Docker engine could not {action} {container}: {reason}")]
    #[cfg(feature = "container")]
    Docker {
        /// The request, as a verb.
        action: &'static str,
        /// The container or image of the request.
        container: String,
        /// What the engine said.
        reason: String,
    },

    /// A shared container must not be stopped, restarted or paused: other tests use it.
    #[error(
        "cannot {action} a shared container, because other tests use it; \
         start one with Container::own()"
    )]
    #[cfg(feature = "container")]
    SharedContainer {
        /// The request, as a verb.
        action: &'static str,
    },

    /// The process that should own the containers is not running.
    #[error(
        "{env}={pid} is not the pid of a running process; \
         unset it, or set it to the pid of the test run",
        env = crate::env::OWNER_ENV
    )]
    #[cfg(feature = "container")]
    OwnerNotRunning {
        /// The value of the variable.
        pid: String,
    },

    /// The operating system returned any other error.
    #[error("cannot {action}: {reason}{}", remedy(reason))]
    Io {
        /// The failed action, as a verb.
        action: &'static str,
        /// What the operating system said.
        reason: io::Error,
    },
}

impl Error {
    /// For `map_err`: names the action that failed.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |reason| Self::Io { action, reason }
    }
}

/// What to do about an error of the operating system, if there is something.
fn remedy(error: &io::Error) -> &'static str {
    let too_many = rustix::io::Errno::MFILE.raw_os_error();
    if error.raw_os_error() == Some(too_many) { "; raise `ulimit -n`" } else { "" }
}

fn indent(log: &[String]) -> String {
    let lines: Vec<_> = log.iter().map(|line| format!("  {line}")).collect();
    if lines.is_empty() { "  (nothing)".to_owned() } else { lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_say_what_to_do_about_too_many_open_files() {
        let too_many = io::Error::from_raw_os_error(rustix::io::Errno::MFILE.raw_os_error());
        let text = Error::io("make a pipe")(too_many).to_string();
        assert!(text.ends_with("; raise `ulimit -n`"), "{text}");
        let text = Error::io("make a pipe")(io::ErrorKind::NotFound.into()).to_string();
        assert!(!text.contains("ulimit"), "{text}");
    }
}
