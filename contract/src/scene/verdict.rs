use std::{
    error::Error,
    fmt,
    panic::Location,
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
    /// `None` until the case is known: an error of the code under test does not know it.
    case: Option<Case>,
    cause: Option<SceneError>,
    found: Findings,
    /// The end of the conversation, if no violation shows it.
    tail: String,
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
        Self(Box::new(Inner { case: Some(case), cause: None, found, tail: String::new() }))
    }

    /// The error that stopped the scenario, and the violations up to that point.
    pub(super) fn stopped(case: Case, cause: SceneError, found: Findings) -> Self {
        Self(Box::new(Inner { case: Some(case), cause: Some(cause), found, tail: String::new() }))
    }

    /// A case that stopped in an assertion, whose message is printed already.
    pub(super) fn panicked(case: &Case, Seen { found, tail }: Seen) -> Self {
        Self(Box::new(Inner { case: Some(case.clone()), cause: None, found, tail }))
    }

    /// Adds the case, and what the scene saw until it was dropped.
    pub(super) fn in_case(mut self, case: &Case, seen: Option<Seen>) -> Self {
        self.0.case.get_or_insert_with(|| case.clone());
        if let Some(Seen { found, tail }) = seen {
            self.0.found = found;
            self.0.tail = tail;
        }
        self
    }

    /// The broken promises, in the order of the recording.
    pub fn violations(&self) -> &[Violation] {
        &self.0.found.violations
    }

    /// The recording that the case was compared with.
    pub(super) fn recording(&self) -> Option<&Conversation> {
        self.0.found.recording.as_ref().map(|(recording, _)| recording)
    }

    /// Why the case failed, without its name and the command that repeats it.
    pub(super) fn reason(&self) -> String {
        let Inner { cause, found, tail, .. } = &*self.0;
        match cause {
            Some(cause) => cause.to_string(),
            None if tail.is_empty() => found.to_string(),
            None => format!("the conversation up to its end:\n{tail}"),
        }
    }

    /// The error that stopped the scenario, if one did.
    pub fn cause(&self) -> Option<&SceneError> {
        self.0.cause.as_ref()
    }
}

/// The conversation of a scene that ended without a verdict.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) found: Findings,
    pub(super) tail: String,
}

impl Seen {
    /// The last lines of the conversation, each cut to a readable length.
    pub(super) fn of(conversation: &Conversation, found: Findings) -> Self {
        const LINES: usize = 16;
        const WIDTH: usize = 120;
        let text = Conversation { title: String::new(), ..conversation.clone() }.to_string();
        let lines: Vec<&str> = text.trim().lines().collect();
        let mut tail = String::new();
        for line in lines.iter().skip(lines.len().saturating_sub(LINES)) {
            let cut: String = line.chars().take(WIDTH).collect();
            let rest = if cut.len() < line.len() { " …" } else { "" };
            tail.push_str(&format!("           │ {cut}{rest}\n"));
        }
        Self { found, tail }
    }
}

/// Any error of the code under test, with the place of the `?` that passed it on.
impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Self {
        let place = Location::caller();
        let error = error.into();
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            // Many errors print their source themselves.
            let text = cause.to_string();
            if !reason.contains(&text) {
                reason.push_str(&format!(": {text}"));
            }
            source = cause.source();
        }
        let place = format!("{}:{}", place.file(), place.line());
        Self(Box::new(Inner {
            case: None,
            cause: Some(SceneError::Application { place, reason }),
            found: Findings::default(),
            tail: String::new(),
        }))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { case, cause, found, tail } = &*self.0;
        if let Some(case) = case {
            writeln!(f, "{}", case.title())?;
        }
        if let Some(cause) = cause {
            writeln!(f, "  {cause}")?;
        }
        write!(f, "{found}")?;
        if found.violations.is_empty() && !tail.is_empty() {
            write!(f, "\n  the conversation up to here:\n\n{tail}")?;
        }
        case.as_ref().map_or(Ok(()), |case| write!(f, "\n{}", case.footer()))
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.violations {
            let display = ViolationDisplay::new(violation);
            match &self.recording {
                Some((recording, server)) => {
                    write!(f, "\n{}", display.within(recording, Some(server)))?;
                }
                None => write!(f, "\n{display}")?,
            }
        }
        Ok(())
    }
}
