use std::fs::File;
use std::io::{self, Write};

use super::{Event, Outcome, Reporter, counted};
use crate::conversation::ServerName;

/// Writes Markdown for the summary of a CI job: one line a case, and each violation in full.
struct Markdown<W> {
    file: W,
    subject: Option<String>,
    profile: Option<ServerName>,
}

/// The subject of stale entries. No folder has this name.
const LEDGER: &str = "the ledger";

pub(super) fn open(file: File) -> Box<dyn Reporter> {
    Box::new(Markdown { file, subject: None, profile: None })
}

impl<W: Write> Reporter for Markdown<W> {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::CaseStarted(_) => Ok(()),
            Event::RunStarted(run) => {
                self.profile = Some(run.profile.clone());
                let (backend, server) = (&run.backend, &run.server);
                writeln!(self.file, "# The contract on {backend} ({server})")
            }
            Event::CaseFinished(case, outcome, _) => {
                if self.subject.as_ref() != Some(&case.subject) {
                    writeln!(self.file, "\n## {}\n", case.subject)?;
                    self.subject = Some(case.subject.clone());
                }
                writeln!(self.file, "- {} `{}`: {}", outcome.label(), case.name, case.title)?;
                let details = outcome.details(case, self.profile.as_ref());
                match outcome {
                    Outcome::Held => Ok(()),
                    Outcome::Failed(_) | Outcome::Ignored(_) | Outcome::Declared { .. } => {
                        writeln!(self.file, "  ({details})")
                    }
                    Outcome::Broken { .. } => {
                        writeln!(self.file, "\n  ````text")?;
                        for line in details.lines() {
                            writeln!(self.file, "  {line}")?;
                        }
                        writeln!(self.file, "  ````\n")
                    }
                }
            }
            Event::StaleEntry(stale) => {
                if self.subject.as_deref() != Some(LEDGER) {
                    writeln!(self.file, "\n## Stale in the ledger\n")?;
                    self.subject = Some(LEDGER.to_owned());
                }
                writeln!(self.file, "- `{}`: {}", stale.place, stale.reason)
            }
            Event::RunFinished(summary, took) => writeln!(
                self.file,
                "\n{} held, {} broken ({}), {} failed, {} ignored, {} declared, {} stale, \
                 in {:.1} s",
                summary.held,
                summary.broken,
                counted(summary.violations, "violation"),
                summary.failed,
                summary.ignored,
                summary.declared,
                summary.stale,
                took.as_secs_f64(),
            ),
        }
    }
}
