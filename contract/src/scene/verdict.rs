use std::{
    fmt,
    process::{ExitCode, Termination},
};

use super::{Case, SceneError};
use crate::compare::Violation;

/// What a case returns. Only [`Scene::finish`](super::Scene::finish) can say that it holds.
pub type Verdict = Result<Upheld, Failure>;

/// The proof that a scenario was compared, and that nothing departed.
#[derive(Debug)]
#[must_use = "a case returns its verdict"]
pub struct Upheld(());

impl Upheld {
    pub(super) fn new() -> Self {
        Self(())
    }
}

impl Termination for Upheld {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

/// Why a scenario does not hold: the server broke promises, or it could not go on.
///
/// Its `Debug` is the report, because that is what a test that returns it prints.
pub struct Failure(Box<Inner>);

struct Inner {
    case: Case,
    error: Option<SceneError>,
    violations: Vec<Violation>,
}

impl Failure {
    pub(super) fn error(case: Case, error: SceneError, violations: Vec<Violation>) -> Self {
        Self(Box::new(Inner { case, error: Some(error), violations }))
    }

    pub(super) fn violations(case: Case, violations: Vec<Violation>) -> Self {
        Self(Box::new(Inner { case, error: None, violations }))
    }

    /// The promises that were broken, in the order of the recording.
    pub fn broken(&self) -> &[Violation] {
        &self.0.violations
    }

    /// What kept the scenario from going on, if anything did.
    pub fn cause(&self) -> Option<&SceneError> {
        self.0.error.as_ref()
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { case, error, violations } = &*self.0;
        writeln!(f, "{}", case.title())?;
        if let Some(error) = error {
            writeln!(f, "  {error}")?;
        }
        for violation in violations {
            writeln!(f, "  {violation}")?;
        }
        writeln!(f, "\n  seed of its events: {:#x}", case.seed())?;
        write!(f, "  again: {}", case.again)
    }
}
