mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::case::{kinds, reasons};
use super::style::{BOLD, DIM};
use super::{Case, ColourMode, Event, Outcome, Reporter, Run, ViolationDisplay, columns, counted};
use crate::conversation::ServerName;
use table::Table;

/// How often progress is reported where there is no terminal to draw it on.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// Shows a run to a person: progress, violations as they are found, and a table of all cases by
/// subject at the end.
pub struct Terminal {
    bar: ProgressBar,
    /// When progress was last told in a line.
    told: Instant,
    /// The columns of the terminal on stderr; `None` if it is none.
    columns: Option<usize>,
    profile: Option<ServerName>,
    table: Table,
}

impl Terminal {
    /// Writes progress and violations to stderr, and the table to stdout.
    pub fn new() -> Self {
        let (bar, told) = (ProgressBar::hidden(), Instant::now());
        Self { bar, told, columns: columns(io::stderr()), profile: None, table: Table::default() }
    }

    fn start(&mut self, run: &Run) -> io::Result<()> {
        self.profile = Some(run.profile.clone());
        let mut err = anstream::stderr().lock();
        let (backend, server) = (&run.backend, &run.server);
        let count = counted(run.cases.len(), "conversation");
        let corpus = run.corpus.iter().map(|corpus| format!(" of {corpus}")).collect::<String>();
        writeln!(err, "{BOLD}{backend}{BOLD:#} {DIM}({server}){DIM:#}: {count}{corpus}")?;
        if let Some(about) = &run.about {
            writeln!(err, "  {DIM}{about}{DIM:#}")?;
        }
        // indicatif draws on terminals only. Elsewhere a line is printed now and then.
        self.bar = ProgressBar::with_draw_target(
            Some(run.cases.len() as u64),
            ProgressDrawTarget::stderr(),
        );
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg:.dim}") {
            self.bar.set_style(style);
        }
        Ok(())
    }

    fn finish(&mut self, case: &Case, outcome: &Outcome, took: Duration) -> io::Result<()> {
        self.bar.inc(1);
        let note = match outcome {
            Outcome::Held => None,
            Outcome::Failed(reason) | Outcome::Ignored(reason) | Outcome::Unjudged(reason) => {
                Some(reason.clone())
            }
            Outcome::Declared { entries, .. } => Some(reasons(entries)),
            Outcome::Broken { violations, recording } => {
                let displays: Vec<String> = violations
                    .iter()
                    .map(|violation| {
                        ViolationDisplay::new(violation)
                            .within(recording, self.profile.as_ref())
                            .rerun(&case.rerun)
                            .colour_mode(ColourMode::Coloured)
                            .columns(self.columns)
                            .to_string()
                    })
                    .collect();
                self.bar.suspend(|| {
                    let mut err = anstream::stderr().lock();
                    displays.iter().try_for_each(|display| writeln!(err, "\n{display}"))
                })?;
                Some(kinds(violations))
            }
        };
        self.table.add(&case.subject, &case.name, outcome, note, took);
        self.tell_progress()
    }

    fn tell_progress(&mut self) -> io::Result<()> {
        if !self.bar.is_hidden() || self.told.elapsed() < PROGRESS_INTERVAL {
            return Ok(());
        }
        self.told = Instant::now();
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
        writeln!(anstream::stderr().lock(), "{DIM}{done} of {all} conversations{DIM:#}")
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Reporter for Terminal {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => self.start(run),
            Event::CaseStarted(case) => {
                self.bar.set_message(case.name.clone());
                Ok(())
            }
            Event::CaseFinished(case, outcome, took) => self.finish(case, outcome, *took),
            Event::StaleEntry(stale) => {
                self.table.add_stale((*stale).clone());
                Ok(())
            }
            Event::RunFinished(summary, took) => {
                self.bar.finish_and_clear();
                let columns = columns(io::stdout());
                self.table.write(&mut anstream::stdout().lock(), summary, *took, columns)
            }
        }
    }
}
