use std::sync::Arc;
use std::time::Duration;

use super::Tally;
use crate::compare::Violation;
use crate::conversation::{Conversation, ServerName};
use crate::ledger::{Audit, Entry, Stale};

/// What happens in a run, in this order.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server is there and the cases are known.
    Started(&'a Run),
    /// A case is about to be played.
    Begun(&'a Case),
    /// A case has been judged, or cannot be.
    Finished(&'a Case, &'a Outcome, Duration),
    /// The run has shown an entry of the ledger to be untrue.
    Stale(&'a Stale),
    /// That was all.
    Ended(&'a Tally, Duration),
}

/// What is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The backend as it was asked for: `embedded`, `container:redis:8.0`.
    pub backend: String,
    /// What the server says it is: `redis 8.0.2`.
    pub server: String,
    /// The name under which its answers are kept.
    pub profile: ServerName,
    /// How many cases there are.
    pub cases: usize,
}

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
    pub again: String,
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
    pub fn word(&self) -> &'static str {
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
    pub fn declared(self, conversation: &str, audit: &mut Audit) -> Self {
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
                let pictures = violations.iter().map(|violation| {
                    let picture = super::Picture::of(violation).again(&case.again);
                    picture.within(recording, profile).to_string()
                });
                pictures.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Why it is declared, and where.
pub(super) fn reasons(entries: &[Arc<Entry>]) -> String {
    let reasons = entries.iter().map(|entry| format!("{} ({})", entry.reason, entry.place));
    reasons.collect::<Vec<_>>().join("; ")
}
