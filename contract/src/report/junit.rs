use std::collections::VecDeque;
use std::io;

use super::case::NOT_JUDGED;
use super::file::ReportFile;
use super::{Case, Event, Outcome, Reporter, Summary};
use crate::conversation::ServerName;

/// Writes JUnit XML that is complete after every case: the cases that are not judged yet follow as
/// errors, then the closing tags, and the next case overwrites them.
struct JUnit {
    file: ReportFile,
    suite: String,
    profile: Option<ServerName>,
    summary: Summary,
    /// The elements of the cases that are not judged yet.
    pending: VecDeque<String>,
}

const CLOSING: &str = "  </testsuite>\n</testsuites>\n";

pub(super) fn open(file: ReportFile) -> Box<dyn Reporter> {
    Box::new(JUnit {
        file,
        suite: String::new(),
        profile: None,
        summary: Summary::default(),
        pending: VecDeque::new(),
    })
}

impl JUnit {
    /// Writes the counts, which stand before the cases and have room to grow.
    fn head(&mut self) -> io::Result<()> {
        let Summary { broken, failed, ignored, declared, stale, unjudged, .. } = self.summary;
        let (failures, skipped) = (broken + stale, ignored + declared);
        let errors = failed + unjudged + self.pending.len();
        let tag = format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" \
             skipped=\"{skipped}\"",
            escaped(&self.suite),
            self.summary.cases() + stale + self.pending.len(),
        );
        let width = self.suite.len() * 6 + 120;
        let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
        self.file.begin(&format!("{start}{tag:<width$}>\n"))
    }

    fn append(&mut self, case: &str) -> io::Result<()> {
        let pending = self.pending.iter().map(String::as_str);
        let tail: String = pending.chain([CLOSING]).collect();
        self.head()?;
        self.file.append(case, &tail)
    }
}

impl Reporter for JUnit {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => {
                self.suite = format!("{} ({})", run.backend, run.server);
                self.profile = Some(run.profile.clone());
                let cut_off =
                    format!("      <error message=\"{NOT_JUDGED}: the run was cut off\"/>\n");
                self.pending = run.cases.iter().map(|case| element(case, 0.0, &cut_off)).collect();
                self.append("")
            }
            Event::CaseStarted(_) | Event::RunFinished(..) => Ok(()),
            Event::StaleEntry(stale) => {
                self.summary.stale += 1;
                self.append(&format!(
                    "    <testcase classname=\"ledger\" name=\"{}\" time=\"0\">\n      \
                     <failure message=\"{}\"/>\n    </testcase>\n",
                    escaped(&stale.place.to_string()),
                    escaped(&stale.reason.to_string()),
                ))
            }
            Event::CaseFinished(case, outcome, took) => {
                self.summary.count(outcome);
                self.pending.pop_front();
                let details = escaped(&outcome.details(case, self.profile.as_ref()));
                let inside = match outcome {
                    Outcome::Held => String::new(),
                    Outcome::Broken { violations, .. } => {
                        let first = violations.first().map_or("", |first| first.kind.describe());
                        let first = escaped(first);
                        format!("      <failure message=\"{first}\">{details}</failure>\n")
                    }
                    Outcome::Failed(_) | Outcome::Unjudged(_) => {
                        format!("      <error message=\"{details}\"/>\n")
                    }
                    Outcome::Declared { .. } => {
                        format!("      <skipped message=\"declared: {details}\"/>\n")
                    }
                    Outcome::Ignored(_) => format!("      <skipped message=\"{details}\"/>\n"),
                };
                self.append(&element(case, took.as_secs_f64(), &inside))
            }
        }
    }
}

fn element(case: &Case, seconds: f64, inside: &str) -> String {
    format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{seconds:.3}\">\n{inside}    </testcase>\n",
        escaped(&case.subject),
        escaped(&case.name),
    )
}

/// Escapes text, and replaces control characters that XML cannot contain.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(char),
            control if control.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            char => out.push(char),
        }
    }
    out
}
