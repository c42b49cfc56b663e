use std::sync::Arc;

use crate::compare::Violation;
use crate::conversation::{Conversation, ServerName};
use crate::ledger::{Entry, LedgerAudit};

/// One conversation of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its file, seen from the folder of the corpus and without its extension.
    pub name: String,
    /// The folder that it stands in.
    pub subject: String,
    /// The promise.
    pub title: String,
    /// The command that repeats just this case.
    pub rerun: String,
}

/// What became of a case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The server kept the promise.
    Held,
    /// It did not.
    Broken {
        /// Where.
        violations: Vec<Violation>,
        /// What it was held against.
        recording: Conversation,
    },
    /// It did not, in ways that the ledger declares.
    Declared {
        /// Where.
        violations: Vec<Violation>,
        /// The entries that declare it.
        entries: Vec<Arc<Entry>>,
    },
    /// It could not be played to its end, for this reason.
    Failed(String),
    /// It was not played, for this reason.
    Ignored(String),
}

impl Outcome {
    /// In one word.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Held => "ok",
            Self::Broken { .. } => "broken",
            Self::Declared { .. } => "declared",
            Self::Failed(_) => "failed",
            Self::Ignored(_) => "ignored",
        }
    }

    /// What it is in the light of a ledger, which is told of it.
    #[must_use]
    pub fn declared(self, conversation: &str, audit: &mut LedgerAudit) -> Self {
        match &self {
            Self::Held => audit.held(conversation),
            Self::Failed(_) | Self::Ignored(_) | Self::Declared { .. } => {
                audit.skipped(conversation);
            }
            Self::Broken { violations, .. } => {
                let entries = audit.broken(conversation, violations);
                if !entries.is_empty() {
                    return Self::Declared { violations: violations.clone(), entries };
                }
            }
        }
        self
    }

    /// What there is to say about it beyond that word, without colours.
    pub(super) fn details(&self, case: &Case, profile: Option<&ServerName>) -> String {
        match self {
            Self::Held => String::new(),
            Self::Failed(reason) | Self::Ignored(reason) => reason.clone(),
            Self::Declared { entries, .. } => reasons(entries),
            Self::Broken { violations, recording } => {
                let displays = violations.iter().map(|violation| {
                    let display = super::ViolationDisplay::new(violation).rerun(&case.rerun);
                    display.within(recording, profile).to_string()
                });
                displays.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Why it is declared, and where.
pub(super) fn reasons(entries: &[Arc<Entry>]) -> String {
    let reasons = entries.iter().map(|entry| format!("{} ({})", entry.reason, entry.place));
    reasons.collect::<Vec<_>>().join("; ")
}
