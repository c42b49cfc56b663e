use std::{io, path::PathBuf};

use super::failure::LoadFailure;
use crate::backend::BackendError;

/// Why a benchmark has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A filter matches no load.
    #[error("no load has '{filter}' in its name: choose from {known}")]
    NoSuchLoad {
        /// The filter.
        filter: String,
        /// Every load's name.
        known: String,
    },

    /// A server could not be started or reached.
    #[error(transparent)]
    Backend(#[from] BackendError),

    /// The embedded server could not be started in a process of its own.
    #[error("cannot start `twincast serve` for the embedded server: {0}")]
    Serve(io::Error),

    /// The process of the embedded server did not print its URL first.
    #[error("`twincast serve` printed '{line}' instead of its URL")]
    NoAddress {
        /// Its first line.
        line: String,
    },

    /// The server listens on a Unix socket.
    #[error(
        "{url} is a Unix socket, and bench measures over TCP; name the server by redis://host:port"
    )]
    OnlyTcp {
        /// The server's URL, without its password.
        url: String,
    },

    /// A server failed under a load.
    #[error("{load} on {server}: {failure}")]
    Failed {
        /// The load's name.
        load: &'static str,
        /// The server's name in tables.
        server: String,
        /// The failure.
        failure: Box<LoadFailure>,
    },

    /// A file could not be written.
    #[error("cannot write {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: io::Error,
    },

    /// The table could not be printed.
    #[error("cannot print: {0}")]
    Output(io::Error),
}

impl From<twincast_redis::Error> for BenchError {
    fn from(error: twincast_redis::Error) -> Self {
        Self::Backend(error.into())
    }
}

/// Written by hand: a derived conversion would make the cause a source too, and a chain of sources
/// would print it a second time.
impl From<io::Error> for BenchError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl BenchError {
    /// Whether a server broke the contract. Other errors are faults of the run.
    pub fn is_violation(&self) -> bool {
        matches!(self, Self::Failed { failure, .. } if !matches!(**failure, LoadFailure::Io { .. }))
    }
}
