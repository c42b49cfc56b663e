use std::collections::VecDeque;
use std::fmt::Write;
use std::io;

use super::file::ReportFile;
use super::{Event, Outcome, Reporter, counted};
use crate::conversation::ServerName;

/// Writes Markdown for the summary of a CI job: one line a case, and each violation in full.
struct Markdown {
    file: ReportFile,
    /// The names of the cases that are not judged yet.
    pending: VecDeque<String>,
    subject: Option<String>,
    profile: Option<ServerName>,
}

/// The subject of stale entries. No folder has this name.
const LEDGER: &str = "the ledger";

pub(super) fn open(file: ReportFile) -> Box<dyn Reporter> {
    let pending = VecDeque::new();
    Box::new(Markdown { file, pending, subject: None, profile: None })
}

impl Reporter for Markdown {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(event, &mut text);
        if text.is_empty() {
            return Ok(());
        }
        self.file.append(&text, &self.tail())
    }
}

impl Markdown {
    /// The end of the file if the run is cut off now.
    fn tail(&self) -> String {
        if self.pending.is_empty() {
            return String::new();
        }
        let names: String = self.pending.iter().map(|name| format!("- `{name}`\n")).collect();
        let count = counted(self.pending.len(), "conversation");
        format!("\n## Not judged\n\nThe run was cut off before {count}:\n\n{names}")
    }

    fn write(&mut self, event: &Event<'_>, out: &mut String) -> std::fmt::Result {
        match event {
            Event::CaseStarted(_) => Ok(()),
            Event::RunStarted(run) => {
                self.profile = Some(run.profile.clone());
                self.pending = run.cases.iter().map(|case| case.name.clone()).collect();
                let (backend, server) = (&run.backend, &run.server);
                writeln!(out, "# The contract on {backend} ({server})")?;
                run.about.iter().try_for_each(|about| writeln!(out, "\n{about}"))
            }
            Event::CaseFinished(case, outcome, _) => {
                self.pending.pop_front();
                if self.subject.as_ref() != Some(&case.subject) {
                    writeln!(out, "\n## {}\n", case.subject)?;
                    self.subject = Some(case.subject.clone());
                }
                writeln!(out, "- {} `{}`: {}", outcome.label(), case.name, case.title)?;
                let details = outcome.details(case, self.profile.as_ref());
                match outcome {
                    Outcome::Held => Ok(()),
                    Outcome::Failed(_)
                    | Outcome::Ignored(_)
                    | Outcome::Unjudged(_)
                    | Outcome::Declared { .. } => {
                        writeln!(out, "  ({details})")
                    }
                    Outcome::Broken { .. } => {
                        writeln!(out, "\n  ````text")?;
                        for line in details.lines() {
                            writeln!(out, "  {line}")?;
                        }
                        writeln!(out, "  ````\n")
                    }
                }
            }
            Event::StaleEntry(stale) => {
                if self.subject.as_deref() != Some(LEDGER) {
                    writeln!(out, "\n## Stale in the ledger\n")?;
                    self.subject = Some(LEDGER.to_owned());
                }
                writeln!(out, "- `{}`: {}", stale.place, stale.reason)
            }
            Event::RunFinished(summary, took) => writeln!(
                out,
                "\n{} held, {} broken ({}), {} failed, {} ignored, {} not judged, {} declared, \
                 {} stale, in {:.1} s",
                summary.held,
                summary.broken,
                counted(summary.violations, "violation"),
                summary.failed,
                summary.ignored,
                summary.unjudged,
                summary.declared,
                summary.stale,
                took.as_secs_f64(),
            ),
        }
    }
}
