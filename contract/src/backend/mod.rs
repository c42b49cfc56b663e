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
mod kind;
mod process;
mod redact;
mod remote;
mod spec;
mod start_options;

use std::{fmt, net::SocketAddr};

pub use error::BackendError;
pub use identity::Identity;
pub use kind::BackendKind;
pub use redact::redacted;
pub use spec::Spec;
pub use twincast_embedded::Profile;

/// A running server. Dropping it ends its use: what was started for it alone is stopped.
pub trait Backend: fmt::Debug + Send + Sync {
    /// How it came to run.
    fn kind(&self) -> BackendKind;

    /// Where it listens, for the tap.
    fn address(&self) -> SocketAddr;

    /// Where it listens, for a client: credentials included, and never to be printed.
    fn url(&self) -> String;

    /// Which server it is, asked of itself.
    fn identity(&self) -> &Identity;

    /// What it can be used for.
    fn capabilities(&self) -> Capabilities;

    /// Stops it and starts it again; its address may change.
    fn restart(&self) -> Result<(), BackendError> {
        Err(BackendError::Unsupported { kind: self.kind(), what: "be restarted" })
    }
}

/// What a backend can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// It decides what is right, and may write recordings.
    pub reference: bool,
    /// Nobody else uses it: bare channel names, `CONFIG SET` and restarts hurt nobody.
    pub exclusive: bool,
}
