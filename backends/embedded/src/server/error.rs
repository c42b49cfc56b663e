//! What can go wrong outside the wire.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A parameter that the embedded server does not honour, or not with such a value.
    #[error("cannot begin with {name} {value:?}: {reason}")]
    Parameter {
        /// The name of the parameter.
        name: String,
        /// The value that it was to have.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// The address is taken, or not one of this machine.
    #[error("cannot listen on {address}: {source}; choose another port, or none to get a free one")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The path is taken, too long, or in a directory that cannot be written.
    #[error(
        "cannot listen on the unix socket {}: {source}; remove the file or choose another path",
        path.display()
    )]
    ListenUnix {
        /// The path that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no room for a temporary directory to put the Unix socket in.
    #[error("cannot make a temporary directory for the unix socket: {0}")]
    TemporaryDirectory(io::Error),
    /// The operating system gave no thread, or not the file descriptors that its event loop needs.
    #[error("cannot start the server's thread: {0}; are there too many threads or open files?")]
    Thread(io::Error),
}

/// Why waiting for subscribers ended without them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The deadline passed.
    #[error("{found} subscribers of {name:?} after {within:?}, waiting for {wanted}")]
    Deadline {
        /// The channel or pattern, with bytes that are no UTF-8 replaced.
        name: String,
        /// How many were waited for.
        wanted: usize,
        /// How many there were when the deadline passed.
        found: usize,
        /// The deadline.
        within: Duration,
    },
    /// The server was stopped meanwhile, or had been before.
    #[error("the server was stopped while waiting for subscribers of {name:?}; restart it first")]
    Stopped {
        /// The channel or pattern, with bytes that are no UTF-8 replaced.
        name: String,
    },
}
