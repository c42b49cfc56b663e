//! Known, deliberate differences: one text file that says where a server departs from its
//! recordings, in what way, and why that stays so.
//!
//! A difference that is declared breaks no run. A declaration that is not true any more does:
//! [`LedgerAudit`] follows a run, and tells which entries are [`StaleEntry`].
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
//! A paragraph is an entry. It begins with conversations, named as reports name them; `*` stands
//! for anything. `on` names the backend, and the servers whose answers it is held against: all of
//! them where none is named. `breaks` lists the kinds of violations that are declared, so that an
//! entry never hides a new fault.
//!
//! A backend is a way to run (`embedded`, `container`, `process`, `remote`) and no product: other
//! fakes do not say who they are, so nothing could tell that an entry is about the one that runs.
//! Whoever lives with one of them keeps a ledger `on remote` beside its tests, and names it with
//! `--ledger`; what such servers break today is no decision of ours, and stands in `docs/peers.md`.

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

/// The file of a ledger in a repository.
pub const LEDGER: &str = "tests/ledger";

/// All entries of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// In the order of the file.
    pub entries: Vec<Arc<Entry>>,
}

impl Ledger {
    /// Reads it from a file.
    pub fn load(path: &Path) -> Result<Self, LedgerError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &file),
            Err(source) => Err(LedgerError::Read { file, source }),
        }
    }

    /// Reads it from text; `file` is what its places name.
    pub fn parse(text: &str, file: &str) -> Result<Self, LedgerError> {
        parse::parse(text, file).map(|entries| Self { entries })
    }

    /// The audit for a run on this backend, whose answers are compared with this server's.
    pub fn audit(&self, backend: BackendKind, server: &ServerName) -> LedgerAudit {
        LedgerAudit::new(self, backend, server)
    }
}
