//! Known, deliberate differences: a text file that lists where and how a server differs from its
//! recordings, and why.
//!
//! A declared difference does not fail a run. A stale entry does: [`LedgerAudit`] follows a run and
//! reports each [`StaleEntry`].
//!
//! ```text
//! # A remark.
//!
//! conversations/scripts/*
//! conversations/own/scripts/should_be_busy
//! on embedded redis-8.0 valkey-8.1
//! breaks different error, dropped message
//! because it runs no scripts
//! ```
//!
//! A paragraph is an entry. It begins with the names of conversations, as reports print them; `*`
//! matches any text. `on` names the backend and the servers with whose answers it is compared; if
//! no server is named, the entry applies to all. `breaks` lists the declared kinds of violations,
//! so an entry never hides a fault of another kind.
//!
//! A backend is a way to run a server (`embedded`, `container`, `process`, `remote`), not a
//! product: other fakes do not report their name, so an entry could not be matched to one of them.
//! To use such a server, keep a ledger `on remote` beside its tests and name it with `--ledger`.
//! The differences of such servers are not our decision; `docs/peers.md` lists them.

mod audit;
mod entry;
mod parse;

use std::path::Path;
use std::sync::Arc;

pub use audit::{LedgerAudit, StaleEntry, StaleReason};
pub use entry::{Entry, Pattern};
pub use parse::LedgerError;

use crate::backend::BackendKind;
use crate::conversation::ServerName;

/// The path of the ledger in a repository.
pub const LEDGER: &str = "tests/ledger";

/// All entries of one ledger file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The entries, in the order of the file.
    pub entries: Vec<Arc<Entry>>,
}

impl Ledger {
    /// Reads a ledger from a file.
    pub fn load(path: &Path) -> Result<Self, LedgerError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &file),
            Err(reason) => Err(LedgerError::Read { file, reason }),
        }
    }

    /// Reads a ledger from text. `file` is the path that its places and errors name.
    pub fn parse(text: &str, file: &str) -> Result<Self, LedgerError> {
        parse::parse(text, file).map(|entries| Self { entries })
    }

    /// Starts the audit of a run on this backend, which is compared with the answers of this
    /// server.
    pub fn audit(&self, backend: BackendKind, server: &ServerName) -> LedgerAudit {
        LedgerAudit::new(self, backend, server)
    }
}
