use serde::{Deserialize, Serialize};

use super::violation::LoggedViolation;

/// A case and what became of it: a line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoggedCase {
    /// Its name: unique in a run, because it names the client and the server.
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) title: String,
    /// The command that repeats just this case.
    pub(crate) rerun: String,
    /// The kind of the server: `embedded`, `container` …
    pub(crate) backend: String,
    /// The server as it identifies itself.
    pub(crate) server: String,
    /// The name under which its answers are kept.
    pub(crate) profile: String,
    pub(crate) seconds: f64,
    pub(crate) outcome: LoggedOutcome,
}

/// The outcome of a case in a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoggedOutcome {
    /// It has begun. If nothing follows, its process has ended before it.
    Started,
    Held,
    Broken {
        violations: Vec<LoggedViolation>,
        /// The file of the recording, and its text. Both are empty for an audited case.
        file: String,
        recording: String,
    },
    Failed {
        reason: String,
    },
}
