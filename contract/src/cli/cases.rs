use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use twincast::report::{Event, LoggedRun, Reporter, Summary, Target, Terminal, read_log};

use super::exit_code;

/// Report the cases that tests have played, in however many processes.
///
/// Tests that run with TWINCAST_CASES=DIR log their cases there.
#[derive(Debug, Args)]
pub(crate) struct Cases {
    /// The folder with the log
    #[arg(value_name = "DIR")]
    log: PathBuf,
    /// Also write a report: html=PATH, junit=PATH, json=PATH or markdown=PATH
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Target>,
}

impl Cases {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let LoggedRun { run, outcomes } = read_log(&self.log)?;
        let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Terminal::new())];
        reporters.extend(self.report.iter().map(Target::reporter));
        let mut report = |event: &Event<'_>| {
            let mut all = reporters.iter_mut();
            all.try_for_each(|reporter| reporter.report(event)).context("cannot report")
        };
        report(&Event::RunStarted(&run))?;
        let mut summary = Summary::default();
        for (case, (outcome, took)) in run.cases.iter().zip(&outcomes) {
            summary.count(outcome);
            report(&Event::CaseStarted(case))?;
            report(&Event::CaseFinished(case, outcome, *took))?;
        }
        let took: Duration = outcomes.iter().map(|(_, took)| *took).sum();
        report(&Event::RunFinished(&summary, took))?;
        Ok(exit_code(summary.verdict()))
    }
}
