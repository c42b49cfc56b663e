//! The servers that the contract is checked on.
//!
//! A [`Spec`] names a server (`embedded`, `container:redis:7.0`, a URL). Starting it gives a
//! [`Backend`], or a [`BackendError`] that names the remedy: a requested backend is never skipped
//! silently.
//!
//! Reading order: [`Spec`], [`Backend`], [`Identity`], then one file for each kind of server.

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
mod time_control;

use std::fmt;

pub use error::BackendError;
pub use identity::Identity;
pub use kind::BackendKind;
pub use redact::redacted;
pub use spec::Spec;
pub use time_control::TimeControl;
pub use twincast_embedded::Profile;

use crate::socket::Address;

/// A running server. Dropping it stops the server, unless others share it.
pub trait Backend: fmt::Debug + Send + Sync {
    /// How the server is run.
    fn kind(&self) -> BackendKind;

    /// The server's address, for the tap.
    fn address(&self) -> Address;

    /// The server's URL, for a client. It contains credentials, so it must not be printed.
    fn url(&self) -> String;

    /// The product and version that the server reports.
    fn identity(&self) -> &Identity;

    /// The uses that the server allows.
    fn capabilities(&self) -> Capabilities;

    /// Moves the server's time, if it can be moved. Elsewhere, only waiting lets time pass.
    fn time_control(&self) -> Option<TimeControl> {
        None
    }

    /// Stops the server and starts it again. Its address may change.
    fn restart(&self) -> Result<(), BackendError> {
        Err(BackendError::Unsupported { kind: self.kind(), action: "be restarted" })
    }
}

/// The uses that a backend allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// It is a real server: it decides what is right, and may write recordings.
    pub reference: bool,
    /// No other client uses it: channels need no prefix, and `CONFIG SET` and restarts are allowed.
    pub exclusive: bool,
}
