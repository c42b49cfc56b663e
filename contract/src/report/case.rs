use std::sync::Arc;

use crate::compare::Violation;
use crate::conversation::{Conversation, ServerName};
use crate::ledger::{Entry, LedgerAudit};

/// One conversation of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The path of its file below `tests/`, without the extension.
    pub name: String,
    /// The folder of its file.
    pub subject: String,
    /// The promise that it checks.
    pub title: String,
    /// The command that repeats just this case.
    pub rerun: String,
}

/// The result of a case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The server kept the promise.
    Held,
    /// The server broke the promise.
    Broken {
        /// The differences.
        violations: Vec<Violation>,
        /// The conversation with the expected answers.
        recording: Conversation,
    },
    /// The server broke the promise in ways that the ledger declares.
    Declared {
        /// The differences.
        violations: Vec<Violation>,
        /// The entries that declare them.
        entries: Vec<Arc<Entry>>,
    },
    /// The case could not be played to its end, for this reason.
    Failed(String),
    /// The case was not played, for this reason.
    Ignored(String),
    /// The run ended before the case was judged, for this reason.
    Unjudged(String),
}

impl Outcome {
    /// The word for it in reports.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Held => "ok",
            Self::Broken { .. } => "broken",
            Self::Declared { .. } => "declared",
            Self::Failed(_) => "failed",
            Self::Ignored(_) => "ignored",
            Self::Unjudged(_) => "unjudged",
        }
    }

    /// Reports the outcome to the audit. Returns `Declared` if the ledger declares all violations.
    #[must_use]
    pub fn declared(self, conversation: &str, audit: &mut LedgerAudit) -> Self {
        match &self {
            Self::Held => audit.held(conversation),
            Self::Failed(_) | Self::Ignored(_) | Self::Unjudged(_) | Self::Declared { .. } => {
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

    /// The details that reports print after that word, without colours.
    pub(super) fn details(&self, case: &Case, profile: Option<&ServerName>) -> String {
        match self {
            Self::Held => String::new(),
            Self::Failed(reason) | Self::Ignored(reason) => reason.clone(),
            Self::Unjudged(reason) => format!("{NOT_JUDGED}: {reason}"),
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

/// The words for a case that the run did not reach.
pub(super) const NOT_JUDGED: &str = "not judged";

/// The kind of the first violation, and how many more there are.
#[cfg(feature = "command")]
pub(super) fn kinds(violations: &[Violation]) -> String {
    let first = violations.first().map_or("", |first| first.kind.name());
    match violations.len() {
        0 | 1 => first.to_owned(),
        count => format!("{first} and {} more", count - 1),
    }
}

/// The reasons of these entries, each with its place.
pub(super) fn reasons(entries: &[Arc<Entry>]) -> String {
    let reasons = entries.iter().map(|entry| format!("{} ({})", entry.reason, entry.place));
    reasons.collect::<Vec<_>>().join("; ")
}
