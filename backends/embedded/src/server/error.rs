//! The errors of the handle. Errors of commands are replies.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The embedded server does not have the parameter, or does not accept the value.
    #[error("cannot begin with {name} {value:?}: {reason}")]
    Parameter {
        /// The name of the parameter.
        name: String,
        /// The rejected value.
        value: String,
        /// Why it was rejected.
        reason: String,
    },
    /// The address is in use, or does not belong to this machine.
    #[error("cannot listen on {address}: {source}; choose another port, or none to get a free one")]
    Listen {
        /// The requested address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The path exists, is too long, or is in a directory that cannot be written.
    #[error(
        "cannot listen on the Unix socket {}: {source}; remove the file or choose another path",
        path.display()
    )]
    ListenUnix {
        /// The requested path.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The temporary directory for the Unix socket could not be created.
    #[error("cannot create a temporary directory for the Unix socket: {0}; choose a path instead")]
    TemporaryDirectory(io::Error),
    /// The system is out of threads, or of file descriptors for the event loop.
    #[error(
        "cannot start the server's thread: {0}; stop other servers, or raise the limits of threads \
         and open files"
    )]
    Thread(io::Error),
}

/// Why a wait for subscribers failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The deadline passed.
    #[error("waited {within:?} for {wanted} subscribers of {name:?}, but it has {found}")]
    Deadline {
        /// The channel or pattern, with invalid UTF-8 replaced.
        name: String,
        /// The number that the caller waited for.
        wanted: usize,
        /// The number when the deadline passed.
        found: usize,
        /// How long the caller waited.
        within: Duration,
    },
    /// The server was stopped before or during the wait.
    #[error("cannot wait for subscribers of {name:?}: the server is stopped; restart it first")]
    Stopped {
        /// The channel or pattern, with invalid UTF-8 replaced.
        name: String,
    },
}
