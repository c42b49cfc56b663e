use std::{io, path::PathBuf};

use super::failure::LoadFailure;
use crate::backend::BackendError;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A filter that chooses nothing.
    #[error("no load is called '{filter}': there are {known}")]
    NoSuchLoad {
        /// The filter.
        filter: String,
        /// Every load's name.
        known: String,
    },

    /// A server that was asked for could not be had.
    #[error(transparent)]
    Backend(#[from] BackendError),

    /// A real server that was asked for could not be had.
    #[error(transparent)]
    Real(#[from] twincast_redis::Error),

    /// The embedded server could not be started in a process of its own.
    #[error("cannot start `twincast serve` for the embedded server: {0}")]
    Serve(io::Error),

    /// The embedded server's process says something else than where it is.
    #[error("`twincast serve` began with '{line}', not with its URL")]
    NoAddress {
        /// Its first line.
        line: String,
    },

    /// A server did not do what it was loaded with.
    #[error("{load} on {server}: {failure}")]
    Failed {
        /// The load's name.
        load: &'static str,
        /// The server, as tables call it.
        server: String,
        /// What it did.
        failure: Box<LoadFailure>,
    },

    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },

    /// The table could not be shown.
    #[error("cannot print: {0}")]
    Output(#[from] io::Error),
}

impl BenchError {
    /// A server broke the contract: it is to blame, and not the run.
    pub fn is_violation(&self) -> bool {
        matches!(self, Self::Failed { failure, .. } if !matches!(**failure, LoadFailure::Io { .. }))
    }
}
