//! The servers that the contract is checked on, one file a kind.
//!
//! A [`Spec`] is what a person asks for (`embedded`, `container:redis:7.0`, a URL); starting it
//! gives a [`Backend`]. Whatever breaks in between is a [`BackendError`] that names the remedy:
//! a backend that was asked for is never left out silently.

#[cfg(feature = "container")]
mod container;
mod embedded;
mod error;
mod identity;
mod nodes;
mod process;
mod remote;
mod spec;

use std::{fmt, net::SocketAddr, path::PathBuf};

pub use error::BackendError;
pub use identity::Identity;
pub use spec::{Kind, Spec};
pub use twincast_embedded::Profile;

/// A running server. Dropping it ends its use: what was started for it alone is stopped.
pub trait Backend: fmt::Debug + Send + Sync {
    /// How it came to run.
    fn kind(&self) -> Kind;

    /// Where it listens, for the tap.
    fn address(&self) -> SocketAddr;

    /// Where it listens too, if it has a Unix socket that is reached from here.
    fn unix_path(&self) -> Option<PathBuf> {
        None
    }

    /// Where it listens, for a client: credentials included, and never to be printed.
    fn url(&self) -> String;

    /// Which server it is, asked of itself.
    fn identity(&self) -> &Identity;

    /// What may be done to it.
    fn powers(&self) -> Powers;

    /// Stops it and starts it again; its address may change.
    fn restart(&self) -> Result<(), BackendError> {
        Err(BackendError::Cannot { kind: self.kind(), what: "be restarted" })
    }
}

/// Over what a server is to be reached, beside TCP, which every server listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Nothing else.
    Tcp,
    /// Its Unix socket, where it can have one here.
    Unix,
}

/// What may be done to a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Powers {
    /// It decides what is right, and may write recordings.
    pub reference: bool,
    /// Nobody else uses it: bare channel names, `CONFIG SET` and restarts hurt nobody.
    pub own: bool,
}
