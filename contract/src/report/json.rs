use std::io;

use serde_json::{Value, json};

use super::case::reasons;
use super::file::ReportFile;
use super::{Case, Event, Outcome, Reporter};
use crate::compare::Violation;
use crate::conversation::ServerEvent;

/// Writes one object per line, as events happen.
struct Json(ReportFile);

pub(super) fn open(file: ReportFile) -> Box<dyn Reporter> {
    Box::new(Json(file))
}

impl Reporter for Json {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        let line = match event {
            Event::CaseStarted(_) => return Ok(()),
            Event::RunStarted(run) => json!({
                "event": "started",
                "backend": run.backend,
                "server": run.server,
                "about": run.about,
                "profile": run.profile.as_str(),
                "corpus": run.corpus,
                "cases": run.cases.len(),
                // If there is no `finished` for a case, the run was cut off before it.
                "names": names(&run.cases),
            }),
            Event::CaseFinished(case, outcome, took) => {
                let mut line = json!({
                    "event": "finished",
                    "case": case.name,
                    "subject": case.subject,
                    "title": case.title,
                    "outcome": outcome.label(),
                    "seconds": took.as_secs_f64(),
                });
                match outcome {
                    Outcome::Held => {}
                    Outcome::Failed(reason)
                    | Outcome::Ignored(reason)
                    | Outcome::Unjudged(reason) => {
                        line["reason"] = reason.as_str().into();
                    }
                    Outcome::Declared { violations, entries } => {
                        line["reason"] = reasons(entries).into();
                        line["violations"] = violations.iter().map(violation).collect();
                    }
                    Outcome::Broken { violations, .. } => {
                        line["violations"] = violations.iter().map(violation).collect();
                        line["again"] = case.rerun.as_str().into();
                    }
                }
                line
            }
            Event::StaleEntry(stale) => json!({
                "event": "stale",
                "file": &*stale.place.file,
                "line": stale.place.line,
                "reason": stale.reason.to_string(),
            }),
            Event::RunFinished(summary, took) => json!({
                "event": "ended",
                "held": summary.held,
                "broken": summary.broken,
                "failed": summary.failed,
                "ignored": summary.ignored,
                "unjudged": summary.unjudged,
                "declared": summary.declared,
                "stale": summary.stale,
                "violations": summary.violations,
                "seconds": took.as_secs_f64(),
            }),
        };
        self.0.append(&format!("{line}\n"), "")
    }
}

fn names(cases: &[Case]) -> Vec<&str> {
    cases.iter().map(|case| &*case.name).collect()
}

fn violation(violation: &Violation) -> Value {
    let frame = |event: &Option<ServerEvent>| event.as_ref().map(ToString::to_string);
    json!({
        "kind": violation.kind.name(),
        "about": violation.kind.describe(),
        "connection": violation.connection.as_str(),
        "file": &*violation.place.file,
        "line": violation.place.line,
        "expected": frame(&violation.expected),
        "got": frame(&violation.got),
        "more": violation.more,
    })
}
