use std::{
    fmt,
    process::{ExitCode, Termination},
};

use super::{Case, SceneError};
use crate::{
    compare::Violation,
    conversation::{Conversation, ServerName},
    report::ViolationDisplay,
};

/// The result of a case. Only [`Scene::finish`](super::Scene::finish) creates a [`Passed`].
pub type Verdict = Result<Passed, Failure>;

/// The proof that a scenario was compared with its recording, without a violation.
#[derive(Debug)]
#[must_use = "a case returns its verdict"]
pub struct Passed(());

impl Passed {
    pub(super) fn new() -> Self {
        Self(())
    }
}

impl Passed {
    /// Discards the proof, for test attributes that only accept `()`.
    pub fn discard(self) {}
}

impl Termination for Passed {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

/// Why a case failed: the server broke promises, or an error stopped the scenario.
///
/// Its `Debug` is the report, because a test that returns an error prints its `Debug`.
pub struct Failure(Box<Inner>);

struct Inner {
    case: Case,
    cause: Option<SceneError>,
    found: Findings,
}

/// The violations that a scenario found.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) violations: Vec<Violation>,
    /// The recording and the server that it was read for; `None` for an audited scenario.
    pub(super) recording: Option<(Conversation, ServerName)>,
}

impl Failure {
    pub(super) fn violations_found(case: Case, found: Findings) -> Self {
        Self(Box::new(Inner { case, cause: None, found }))
    }

    /// The error that stopped the scenario, and the violations up to that point.
    pub(super) fn stopped(case: Case, cause: SceneError, found: Findings) -> Self {
        Self(Box::new(Inner { case, cause: Some(cause), found }))
    }

    /// The broken promises, in the order of the recording.
    pub fn violations(&self) -> &[Violation] {
        &self.0.found.violations
    }

    /// The error that stopped the scenario, if one did.
    pub fn cause(&self) -> Option<&SceneError> {
        self.0.cause.as_ref()
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { case, cause, found } = &*self.0;
        writeln!(f, "{}", case.title())?;
        if let Some(cause) = cause {
            writeln!(f, "  {cause}")?;
        }
        for violation in &found.violations {
            let display = ViolationDisplay::new(violation);
            match &found.recording {
                Some((recording, server)) => {
                    write!(f, "\n{}", display.within(recording, Some(server)))?;
                }
                None => write!(f, "\n{display}")?,
            }
        }
        write!(f, "\n{}", case.footer())
    }
}
