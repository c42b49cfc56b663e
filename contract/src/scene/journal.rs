use std::{io, path::PathBuf, time::Instant};

use super::{Case, Failure};
use crate::{
    backend::Backend,
    report::{LoggedCase, LoggedOutcome, LoggedViolation, log, log_folder},
};

/// Logs a case for the report of all cases, if the run keeps a log: when it begins, and when it ends.
pub(super) struct Journal(Option<Open>);

struct Open {
    folder: PathBuf,
    case: LoggedCase,
    begin: Instant,
}

impl Journal {
    /// Logs that the case begins on this server; on none if it could not be started.
    pub(super) fn begin(case: &Case, backend: Option<&dyn Backend>) -> io::Result<Self> {
        let Some(folder) = log_folder() else { return Ok(Self(None)) };
        let kind = backend.map_or(String::new(), |backend| backend.kind().to_string());
        let identity = backend.map(Backend::identity);
        let file = case.recording().with_extension("");
        let file = file.file_name().map_or(String::new(), |it| it.to_string_lossy().into_owned());
        let logged = LoggedCase {
            name: format!("{}/{file}@{kind}", case.subject),
            subject: case.subject.clone(),
            title: case.title(),
            rerun: case.rerun.clone(),
            backend: kind,
            server: identity.map_or(String::new(), ToString::to_string),
            profile: identity.map_or(String::new(), |it| it.judged_as().to_string()),
            seconds: 0.0,
            outcome: LoggedOutcome::Started,
        };
        log(&folder, &logged)?;
        Ok(Self(Some(Open { folder, case: logged, begin: Instant::now() })))
    }

    /// Logs how the case ended.
    pub(super) fn end(mut self, result: &Result<(), Failure>) -> io::Result<()> {
        let outcome = match result {
            Ok(()) => LoggedOutcome::Held,
            Err(failure) => outcome(failure),
        };
        self.write(outcome)
    }

    fn write(&mut self, outcome: LoggedOutcome) -> io::Result<()> {
        let Some(Open { folder, case, begin }) = self.0.take() else { return Ok(()) };
        log(&folder, &LoggedCase { outcome, seconds: begin.elapsed().as_secs_f64(), ..case })
    }
}

/// A case that panics ends here.
impl Drop for Journal {
    fn drop(&mut self) {
        let reason = "it stopped in an assertion: see the output of the test".to_owned();
        // The panic is reported by the test itself.
        let _ = self.write(LoggedOutcome::Failed { reason });
    }
}

fn outcome(failure: &Failure) -> LoggedOutcome {
    match failure.violations() {
        [] => LoggedOutcome::Failed { reason: failure.reason() },
        violations => {
            let recording = failure.recording();
            let file = violations[0].place.file.to_string();
            LoggedOutcome::Broken {
                violations: violations.iter().map(LoggedViolation::from).collect(),
                file,
                recording: recording.map_or(String::new(), ToString::to_string),
            }
        }
    }
}
