mod flush;
mod judge;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use futures_util::{StreamExt, stream};
use tokio::task;
use twincast::backend::Spec;
use twincast::conversation::Conversation;
use twincast::ledger::LedgerAudit;
use twincast::replay::{GRACE, ReplayError};
use twincast::report::{self, Case, Event, Outcome, Reporter, Summary, Target, Terminal, counted};

use super::corpus::{self, ConversationFile};
use super::interrupt::{Interruption, Interruptions};
use super::{open_files, shell};
use judge::Judge;

/// The grace period in conversations that the ledger names: some of their frames are known to be
/// missing.
const DECLARED_GRACE: Duration = Duration::from_millis(10);

/// Why a run ended before everything was judged.
enum EarlyEnd {
    /// The shared server is gone.
    Server(ReplayError),
    Interrupted(Interruption),
}

/// Play the committed conversations on a server, and compare its answers with the recorded ones.
#[derive(Debug, Default, Args)]
pub(crate) struct Verify {
    /// The server to check: embedded[:PROFILE], container[:IMAGE], process[:PATH] or
    /// redis://host:port
    #[arg(long, value_name = "SERVER", default_value = "embedded")]
    against: Spec,
    /// The server to start for each conversation that needs one of its own. It must be the same
    /// version, and may start faster, as a process does [default: as --against]
    #[arg(long, value_name = "SERVER")]
    own_server: Option<Spec>,
    /// The server at the URL has no other users: also play conversations that need it to
    /// themselves, and delete all its keys, scripts and functions before each of them
    #[arg(long)]
    own: bool,
    /// Play only conversations with this in their name
    #[arg(long, value_name = "FILTER")]
    case: Option<String>,
    /// Also play conversations that wait longer than 3 s on a real server; on the embedded server
    /// no conversation really waits
    #[arg(long)]
    long_waits: bool,
    /// Also write a report: html=PATH, junit=PATH, json=PATH or markdown=PATH
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Target>,
    /// The file that declares deliberate differences [default: tests/ledger, if the repository has
    /// one, and the ledger inside the program for the conversations inside the program]
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Files or folders to play, on disk or inside the program [default: tests/recordings and
    /// tests/conversations of this repository, else those inside the program]
    #[arg(value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
}

impl Verify {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let files = self.filtered(corpus::files(&self.corpus, corpus::ALL_FOLDERS)?)?;
        let ledger = corpus::ledger(self.ledger.as_deref(), &files)?;
        let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Terminal::new())];
        reporters.extend(self.report.iter().map(Target::reporter));
        let own = self.own_server.as_ref().unwrap_or(&self.against);
        let mut judge = Judge::new(&self.against, own, self.long_waits, self.own)?;
        let audit = judge.audit(&ledger);
        let cases: Vec<PlannedCase<'_>> =
            files.iter().map(|file| self.plan(file, &audit)).collect();
        judge.look(&cases)?;
        let (summary, end) =
            self.judge_all(&judge, &cases, audit, &mut reporters).context("cannot report")?;
        match end {
            None => {}
            Some(EarlyEnd::Interrupted(signal)) => {
                report::print_error(format_args!(
                    "interrupted by {signal}: {} of {} were judged",
                    summary.cases() - summary.unjudged,
                    counted(files.len(), "conversation")
                ));
                judge.abandon();
                return Ok(signal.exit_code());
            }
            Some(EarlyEnd::Server(error)) => {
                let remedy = open_files::remedy(&error).unwrap_or_else(|| {
                    "restart the server, and leave out the conversation that stops it (name files or \
                     folders to play, or use --case)"
                        .to_owned()
                });
                bail!("{error}; the conversations after it were not judged: {remedy}");
            }
        }
        Ok(super::exit_code(summary.verdict()))
    }

    fn filtered(&self, mut files: Vec<ConversationFile>) -> Result<Vec<ConversationFile>> {
        if let Some(filter) = &self.case {
            let all = files.len();
            files.retain(|file| file.name.contains(filter));
            if files.is_empty() {
                bail!(
                    "found {}, but none has {filter:?} in its name",
                    counted(all, "conversation")
                );
            }
        }
        Ok(files)
    }

    fn judge_all(
        &self,
        judge: &Judge,
        cases: &[PlannedCase<'_>],
        mut audit: LedgerAudit,
        reporters: &mut [Box<dyn Reporter>],
    ) -> io::Result<(Summary, Option<EarlyEnd>)> {
        let mut report = |event: &Event<'_>| {
            reporters.iter_mut().try_for_each(|reporter| reporter.report(event))
        };
        let begin = Instant::now();
        let mut summary = Summary::default();
        report(&Event::RunStarted(&judge.run(cases)))?;
        let end = judge.runtime.block_on(async {
            let mut interruptions = Interruptions::new()?;
            // A check for new input must not depend on how much other conversations have read.
            let mut outcomes = stream::iter(cases)
                .map(|planned| task::unconstrained(judge.judge(planned)))
                .buffered(cases.len());
            // Cases are reported in their order, whichever ends first.
            let mut end = None;
            for planned in cases {
                report(&Event::CaseStarted(&planned.case))?;
                let next = match &end {
                    Some(_) => None,
                    None => tokio::select! {
                        biased;
                        signal = interruptions.next() => {
                            end = Some(EarlyEnd::Interrupted(signal));
                            None
                        }
                        next = outcomes.next() => next,
                    },
                };
                let (outcome, time) = match next {
                    Some(Ok(judged)) => judged,
                    Some(Err(error)) => not_judged(end.insert(EarlyEnd::Server(error))),
                    None => match &end {
                        Some(end) => not_judged(end),
                        None => break,
                    },
                };
                let outcome = outcome.declared(&planned.case.name, &mut audit);
                summary.count(&outcome);
                report(&Event::CaseFinished(&planned.case, &outcome, time))?;
            }
            io::Result::Ok(end)
        })?;
        let whole = self.case.is_none() && self.corpus.is_empty() && end.is_none();
        let names: Vec<&str> = cases.iter().map(|planned| &*planned.file.name).collect();
        for stale in audit.stale(whole.then_some(&names)) {
            summary.stale += 1;
            report(&Event::StaleEntry(&stale))?;
        }
        report(&Event::RunFinished(&summary, begin.elapsed()))?;
        Ok((summary, end))
    }

    fn plan<'a>(&self, file: &'a ConversationFile, audit: &LedgerAudit) -> PlannedCase<'a> {
        let recording = file.load().map_err(|error| error.to_string());
        let case = Case {
            name: file.name.clone(),
            subject: file.subject().to_owned(),
            title: recording.as_ref().map_or(String::new(), |recording| recording.title.clone()),
            rerun: self.rerun(file),
        };
        let grace = if audit.names(&file.name) { DECLARED_GRACE } else { GRACE };
        PlannedCase { file, case, recording, grace }
    }

    /// The command that plays just this conversation, for a shell.
    fn rerun(&self, file: &ConversationFile) -> String {
        let mut command = super::invocation("verify");
        if self.against != Spec::default() {
            command.push_str(&format!(" --against {}", shell::server(&self.against)));
        }
        if let Some(own) = &self.own_server {
            command.push_str(&format!(" --own-server {}", shell::server(own)));
        }
        if let Some(ledger) = &self.ledger {
            command.push_str(&format!(" --ledger {}", shell::path(ledger)));
        }
        if self.own {
            command.push_str(" --own");
        }
        if self.long_waits {
            command.push_str(" --long-waits");
        }
        format!("{command} {}", shell::path(&file.path))
    }
}

/// A conversation that is to be judged.
struct PlannedCase<'a> {
    file: &'a ConversationFile,
    case: Case,
    recording: Result<Conversation, String>,
    grace: Duration,
}

/// The outcome of a conversation if the run has ended before it.
fn not_judged(end: &EarlyEnd) -> (Outcome, Duration) {
    let why = match end {
        EarlyEnd::Server(error) => format!("the run ended: {error}"),
        EarlyEnd::Interrupted(signal) => format!("the run was interrupted by {signal}"),
    };
    (Outcome::Unjudged(why), Duration::ZERO)
}
