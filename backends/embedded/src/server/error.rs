//! The errors of the handle. Errors of commands are replies.

use std::fmt;
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
    #[error("cannot listen on {address}: {source}; {}", tcp_remedy(source))]
    Listen {
        /// The requested address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The path is in use, is too long, or is in a directory that cannot be written.
    #[error(
        "cannot listen on the Unix socket {}: {source}; {}",
        path.display(),
        unix_remedy(source)
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
    /// The handle belongs to another process: this one is its forked child.
    #[error(
        "cannot restart the server of another process: this process was forked from it; start a \
         new server here"
    )]
    OtherProcess,
}

/// What helps against an error of a TCP socket.
fn tcp_remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrNotAvailable => "choose an address of this machine",
        io::ErrorKind::PermissionDenied => "choose a port above 1023, or none to get a free one",
        _ if is_out_of_files(error) => OUT_OF_FILES,
        _ => "choose another port, or none to get a free one",
    }
}

/// What helps against an error of a Unix socket.
fn unix_remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "remove the file or choose another path",
        io::ErrorKind::InvalidInput => "choose a shorter path, without NUL bytes",
        io::ErrorKind::NotFound => "create its directory or choose another path",
        _ if is_out_of_files(error) => OUT_OF_FILES,
        _ => "choose another path",
    }
}

const OUT_OF_FILES: &str = "stop other servers, or raise the limit of open files (`ulimit -n`)";

fn is_out_of_files(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// A command that the imitated server does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot plan a failure of {name:?}: {profile} has no such command; check its name")]
pub struct UnknownCommand {
    /// The name, as the caller wrote it.
    pub name: String,
    /// The name of the server's profile.
    pub profile: &'static str,
}

/// Why a command of [`EmbeddedRedis::execute`](crate::EmbeddedRedis::execute) failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot execute `{request}`: {reason}")]
pub struct ExecuteError {
    /// The request, with blanks between its words, and with invalid UTF-8 replaced.
    pub request: String,
    /// The error that the command replied with, or why it got no reply.
    pub reason: String,
}

/// Why a wait for subscribers failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The deadline passed.
    #[error(
        "waited {within:?} for {wanted} subscribers of {name:?}, but it has {found}{}",
        AsyncHint(*async_form)
    )]
    Deadline {
        /// The channel or pattern, with invalid UTF-8 replaced.
        name: String,
        /// The number that the caller waited for.
        wanted: usize,
        /// The number when the deadline passed.
        found: usize,
        /// How long the caller waited.
        within: Duration,
        /// The method to await instead in async code, if the wait blocked its thread.
        async_form: Option<&'static str>,
    },
    /// The server was stopped before or during the wait.
    #[error("cannot wait for subscribers of {name:?}: the server is stopped; restart it first")]
    Stopped {
        /// The channel or pattern, with invalid UTF-8 replaced.
        name: String,
    },
    /// The handle belongs to another process: this one is its forked child.
    #[error(
        "cannot wait for subscribers of {name:?}: the server belongs to the process that this one \
         was forked from; start a new server here"
    )]
    OtherProcess {
        /// The channel or pattern, with invalid UTF-8 replaced.
        name: String,
    },
}

/// Says what may have kept a blocking wait from its end.
struct AsyncHint(Option<&'static str>);

impl fmt::Display for AsyncHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |method| {
            write!(f, "; the wait blocked its thread: in async code, await `{method}` instead")
        })
    }
}
