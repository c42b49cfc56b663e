use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::entry::{LoggedCase, LoggedOutcome};
use super::violation::parsed;
use crate::conversation::{Conversation, ServerName};
use crate::report::{Case, Outcome, Run};

/// All cases of a log, as one run.
#[derive(Debug)]
pub struct LoggedRun {
    /// The servers and the cases.
    pub run: Run,
    /// The outcome of each case, and how long it took.
    pub outcomes: Vec<(Outcome, Duration)>,
}

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A folder or file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// The error of the operating system.
        reason: io::Error,
    },
    /// No case has written to it.
    #[error(
        "{} has no log of cases: run the tests with TWINCAST_CASES={} first",
        .0.display(), .0.display()
    )]
    Empty(PathBuf),
    /// A line is not a case.
    #[error("{}:{line}: {reason}; remove the file, and run the tests again", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The fault.
        reason: String,
    },
}

/// Reads the log in a folder. What was written last about a case counts.
pub fn read_log(folder: &Path) -> Result<LoggedRun, LogError> {
    let failed = |path: &Path, reason| LogError::Read { path: path.to_owned(), reason };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|reason| failed(folder, reason))? {
        files.push(entry.map_err(|reason| failed(folder, reason))?.path());
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut cases: BTreeMap<(String, String), (Parsed, LoggedCase)> = BTreeMap::new();
    for path in &files {
        let text = fs::read_to_string(path).map_err(|reason| failed(path, reason))?;
        // A process that was killed may have left half a line.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (index, line) in whole.lines().enumerate() {
            let wrong = |reason| LogError::Line { path: path.clone(), line: index + 1, reason };
            let case: LoggedCase =
                serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            let outcome = outcome(&case).map_err(wrong)?;
            let seconds = Duration::try_from_secs_f64(case.seconds).unwrap_or_default();
            cases.insert((case.subject.clone(), case.name.clone()), ((outcome, seconds), case));
        }
    }
    if cases.is_empty() {
        return Err(LogError::Empty(folder.to_owned()));
    }
    let (outcomes, cases): (Vec<_>, Vec<_>) = cases.into_values().unzip();
    Ok(LoggedRun { run: run(&cases), outcomes })
}

type Parsed = (Outcome, Duration);

fn run(cases: &[LoggedCase]) -> Run {
    let distinct = |pick: fn(&LoggedCase) -> &str| {
        let mut all: Vec<&str> = cases.iter().map(pick).filter(|it| !it.is_empty()).collect();
        all.sort_unstable();
        all.dedup();
        all.join(", ")
    };
    Run {
        backend: distinct(|case| &case.backend),
        server: distinct(|case| &case.server),
        about: None,
        profile: cases.first().map_or_else(ServerName::default, |it| ServerName::new(&it.profile)),
        corpus: Some("cargo test".to_owned()),
        cases: cases
            .iter()
            .map(|case| Case {
                name: case.name.clone(),
                subject: case.subject.clone(),
                title: case.title.clone(),
                rerun: case.rerun.clone(),
            })
            .collect(),
    }
}

fn outcome(case: &LoggedCase) -> Result<Outcome, String> {
    Ok(match &case.outcome {
        LoggedOutcome::Started => {
            Outcome::Unjudged("its process ended before it did: see the output of the test".into())
        }
        LoggedOutcome::Held => Outcome::Held,
        LoggedOutcome::Failed { reason } => Outcome::Failed(reason.clone()),
        LoggedOutcome::Broken { violations, file, recording } => {
            let recording = match recording.is_empty() {
                true => Conversation::default(),
                false => Conversation::parse(recording, file).map_err(|error| error.to_string())?,
            };
            let recording = of_server(recording, &ServerName::new(&case.profile));
            let violations = violations.iter().map(parsed).collect::<Result<_, _>>()?;
            Outcome::Broken { violations, recording }
        }
    })
}

/// The recording with the answers of one server only: the cases of a run may be judged as several
/// servers.
fn of_server(mut recording: Conversation, server: &ServerName) -> Conversation {
    for turn in &mut recording.turns {
        turn.answer = turn.answer_of(server).clone();
        turn.variants.clear();
    }
    recording
}
