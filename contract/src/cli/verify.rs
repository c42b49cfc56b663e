use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use futures_util::{StreamExt, stream};
use tokio::runtime::{self, Runtime};
use tokio::sync::{Mutex, Semaphore};
use tokio::task;
use twincast::backend::{Backend, BackendKind, Identity, Spec, redacted};
use twincast::compare::compare;
use twincast::conversation::Conversation;
use twincast::ledger::{Ledger, LedgerAudit};
use twincast::replay::{GRACE, Replay, ReplayError};
use twincast::report::{
    self, Case, Event, Outcome, Reporter, Run, Summary, Target, Terminal, Verdict, counted,
};

use super::corpus::{self, ConversationFile};
use super::interrupt::{Interruption, Interruptions};
use super::survey::{Survey, listeners};
use super::{BROKEN, NOTHING_JUDGED, open_files, shell};

/// The grace period in conversations that the ledger names: some of their frames are known to be
/// missing.
const DECLARED_GRACE: Duration = Duration::from_millis(10);

/// How many servers for single conversations may exist at once, and how many of them may be in use.
/// An embedded one waits most of the time, and so does a cluster node while it starts. Load must
/// not slow a real server down: it does its housekeeping by the clock, so its answers would change.
fn limits(own: &Spec) -> (usize, usize) {
    match own {
        Spec::Embedded(_) => (16, 16),
        Spec::Process(_) => (server_limit(open_files::limit()), 4),
        // Docker keeps all processors busy for a second to start one.
        Spec::Container(_) | Spec::Remote(_) => (2, 1),
    }
}

/// How many processes may be started at once by a process that may open so many files.
fn server_limit(open_files: Option<u64>) -> usize {
    /// Its ports, its log, and what is open for a moment while it starts.
    const FILES_PER_SERVER: u64 = 6;
    /// The corpus, the reports, and the connections of the conversations that are played.
    const OTHER_FILES: u64 = 100;
    open_files.map_or(64, |limit| {
        (limit.saturating_sub(OTHER_FILES) / FILES_PER_SERVER).clamp(4, 64) as usize
    })
}

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
    /// Play only conversations with this in their name
    #[arg(long, value_name = "FILTER")]
    case: Option<String>,
    /// Also write a report: junit=PATH, json=PATH or markdown=PATH
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Target>,
    /// The file that declares deliberate differences [default: tests/ledger, if the repository has
    /// one]
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Files or folders to play [default: tests/recordings and tests/conversations]
    #[arg(value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
}

impl Verify {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let ledger = corpus::ledger(self.ledger.as_deref())?;
        let files = self.filtered(corpus::files(&self.corpus, corpus::ALL_FOLDERS)?)?;
        let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Terminal::new())];
        reporters.extend(self.report.iter().map(Target::reporter));
        let own = self.own_server.as_ref().unwrap_or(&self.against);
        let mut judge = Judge::new(&self.against, own)?;
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
        Ok(match summary.verdict() {
            Verdict::Passed => ExitCode::SUCCESS,
            Verdict::Broken => ExitCode::from(BROKEN),
            Verdict::NothingJudged => ExitCode::from(NOTHING_JUDGED),
        })
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
        let recording = Conversation::load(&file.path).map_err(|error| error.to_string());
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

/// The server that is judged, and the means to play conversations on it.
struct Judge<'a> {
    spec: &'a Spec,
    backend: Arc<dyn Backend>,
    /// Locked while a conversation is played on that server. Two at once would receive each
    /// other's messages.
    shared_server: Mutex<()>,
    /// The server to start if a conversation needs its own, and how many of these may exist at
    /// once.
    own: &'a Spec,
    server_permits: Semaphore,
    /// How many of these may be in use at once.
    play_permits: Semaphore,
    /// What is known about a server that others run.
    survey: Option<Survey>,
    runtime: Runtime,
}

impl<'a> Judge<'a> {
    fn new(spec: &'a Spec, own: &'a Spec) -> Result<Self> {
        let backend = spec.start()?;
        if own != spec {
            let (this, other) = (backend.identity(), own.start()?.identity().clone());
            if *this != other {
                let (spec, own) = (redacted(&spec.to_string()), redacted(&own.to_string()));
                bail!(
                    "--against {spec} is {this}, but --own-server {own} is {other}: name the same \
                     server twice"
                );
            }
        }
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (server_permits, play_permits) = limits(own);
        let (server_permits, play_permits) =
            (Semaphore::new(server_permits), Semaphore::new(play_permits));
        Ok(Self {
            spec,
            backend,
            shared_server: Mutex::new(()),
            own,
            server_permits,
            play_permits,
            survey: None,
            runtime,
        })
    }

    /// Looks at a server at a URL, to judge it only for what it can be judged for.
    fn look(&mut self, cases: &[PlannedCase<'_>]) -> Result<()> {
        let Spec::Remote(_) = self.spec else { return Ok(()) };
        let conversations: Vec<&Conversation> =
            cases.iter().filter_map(|planned| planned.recording.as_ref().ok()).collect();
        let replay = replay(&*self.backend, GRACE);
        let mut survey = self.runtime.block_on(Survey::of(&replay, &conversations))?;
        survey.announce(self.backend.address(), super::login_request(&self.backend.url()));
        self.survey = Some(survey);
        Ok(())
    }

    /// Ends without waiting for servers that are being started: their reaper ends them.
    fn abandon(self) {
        self.runtime.shutdown_background();
    }

    fn run(&self, cases: &[PlannedCase<'_>]) -> Run {
        let identity = self.backend.identity();
        let judged_as = identity.judged_as();
        let server = if judged_as == identity.profile() {
            identity.to_string()
        } else {
            format!("{identity}, judged as {}", judged_as.as_str())
        };
        let cases = cases.iter().map(|planned| planned.case.clone()).collect();
        let about = self.survey.as_ref().map(Survey::to_string);
        Run { backend: redacted(&self.spec.to_string()), server, about, profile: judged_as, cases }
    }

    fn audit(&self, ledger: &Ledger) -> LedgerAudit {
        let identity = self.backend.identity();
        let backend = match identity {
            // An embedded server can be behind a URL too.
            Identity::Embedded { .. } => BackendKind::Embedded,
            _ => self.backend.kind(),
        };
        ledger.audit(backend, &identity.judged_as())
    }

    /// The outcome of a conversation, and how long it took. An error means that the shared server
    /// is gone, and ends the run.
    async fn judge(&self, planned: &PlannedCase<'_>) -> Result<(Outcome, Duration), ReplayError> {
        let now = |outcome| Ok((outcome, Duration::ZERO));
        let recording = match &planned.recording {
            Ok(recording) => recording,
            Err(error) => return now(Outcome::Failed(error.clone())),
        };
        if recording.recorded_from.is_empty() {
            let reason = "it has no recorded answers: run twincast record";
            return now(Outcome::Ignored(reason.to_owned()));
        }
        if let Some(reason) = only_as_scenario(recording) {
            return now(Outcome::Ignored(format!("only as a scenario: {reason}")));
        }
        if let (Spec::Process(_), Some(reason)) = (self.own, open_files::lacking(recording)) {
            return now(Outcome::Ignored(reason));
        }
        let reason_for_own_server = planned.file.needs_own_server(recording);
        match (reason_for_own_server, self.own) {
            (Some(reason), Spec::Remote(_)) => now(Outcome::Ignored(reason)),
            // A new embedded server costs nothing.
            (_, Spec::Embedded(_)) | (Some(_), _) => {
                Ok(self.judge_exclusively(planned, recording).await)
            }
            (None, _) => {
                let _guard = self.shared_server.lock().await;
                let replay = replay(&*self.backend, planned.grace);
                if let Some(reason) = self.obstacle(&replay, recording).await {
                    return now(Outcome::Ignored(reason));
                }
                let begin = Instant::now();
                let outcome = judge_on(&*self.backend, &replay, recording).await;
                if let Ok(Outcome::Broken { violations, .. }) = &outcome
                    && let Some(survey) = &self.survey
                {
                    let reason = match survey.refusal(violations) {
                        // Another client may have come in the meantime.
                        None => listeners(&replay, recording).await,
                        reason => reason,
                    };
                    if let Some(reason) = reason {
                        return now(Outcome::Ignored(reason));
                    }
                }
                match outcome {
                    Err(end @ (ReplayError::Unresponsive { .. } | ReplayError::Connect { .. })) => {
                        Err(end)
                    }
                    outcome => Ok((judged(outcome), begin.elapsed())),
                }
            }
        }
    }

    /// Why the conversation cannot be judged on a server that others run.
    async fn obstacle(&self, replay: &Replay, recording: &Conversation) -> Option<String> {
        match self.survey.as_ref()?.obstacle(recording) {
            None => listeners(replay, recording).await,
            reason => reason,
        }
    }

    /// Judges a conversation on a server of its own. Its start and stop block, so they run on other
    /// threads.
    async fn judge_exclusively(
        &self,
        planned: &PlannedCase<'_>,
        recording: &Conversation,
    ) -> (Outcome, Duration) {
        let _server_permit = self.server_permits.acquire().await;
        let (own, setup) = (self.own.clone(), recording.setup.clone());
        let server = self.backend.identity().clone();
        let started = task::spawn_blocking(move || own.start_with(&setup, &server)).await;
        let backend = match started {
            Ok(Ok(backend)) => backend,
            Ok(Err(error)) => return (Outcome::Failed(error.to_string()), Duration::ZERO),
            Err(error) => return (Outcome::Failed(error.to_string()), Duration::ZERO),
        };
        let _play_permit = self.play_permits.acquire().await;
        let begin = Instant::now();
        let replay = replay(&*backend, planned.grace).exclusive();
        let outcome = judged(judge_on(&*backend, &replay, recording).await);
        let time = begin.elapsed();
        // A failed stop says nothing about the conversation.
        let _ = task::spawn_blocking(move || drop(backend)).await;
        (outcome, time)
    }
}

fn replay(backend: &dyn Backend, grace: Duration) -> Replay {
    let replay = Replay::on(backend.address()).grace(grace);
    match super::login_request(&backend.url()) {
        Some(login) => replay.login(login),
        None => replay,
    }
}

async fn judge_on(
    backend: &dyn Backend,
    replay: &Replay,
    recording: &Conversation,
) -> Result<Outcome, ReplayError> {
    let server = backend.identity().judged_as();
    let observed = replay.play(recording, &server).await?;
    Ok(match compare(recording, &observed, &server) {
        violations if violations.is_empty() => Outcome::Held,
        violations => Outcome::Broken { violations, recording: recording.clone() },
    })
}

/// The outcome of a conversation if the run has ended before it.
fn not_judged(end: &EarlyEnd) -> (Outcome, Duration) {
    let why = match end {
        EarlyEnd::Server(error) => format!("the run ended: {error}"),
        EarlyEnd::Interrupted(signal) => format!("the run was interrupted by {signal}"),
    };
    (Outcome::Unjudged(why), Duration::ZERO)
}

/// A conversation that could not be played to its end has failed.
fn judged(outcome: Result<Outcome, ReplayError>) -> Outcome {
    outcome.unwrap_or_else(|error| Outcome::Failed(error.to_string()))
}

/// Why a recording cannot be played without its scenario, if its head says so: it contains an event
/// that no client caused.
fn only_as_scenario(recording: &Conversation) -> Option<&str> {
    recording.remark.iter().find_map(|line| line.strip_prefix("Only as a scenario: "))
}
