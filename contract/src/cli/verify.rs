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
use twincast::report::{Case, Event, Outcome, Reporter, Run, Summary, Target, Terminal, Verdict};

use super::corpus::{self, Script};
use super::{BROKEN, NOTHING_JUDGED};

/// Time for a frame that the ledger says does not come.
const DECLARED: Duration = Duration::from_millis(10);

/// How many servers that live for one conversation may be there at once, and how many of them are
/// played on: most of the time of an embedded one is waiting, and so is the start of a node of a
/// cluster. A real server that is slow because of others is no longer the one that was recorded: it
/// tidies up by the clock.
fn at_once(own: &Spec) -> (usize, usize) {
    match own {
        Spec::Embedded(_) => (16, 16),
        Spec::Process(_) => (64, 4),
        // Docker takes a second of all processors for each.
        Spec::Container(_) | Spec::Remote(_) => (2, 1),
    }
}

/// Plays the committed conversations on a server, and holds what it says against what the real
/// servers said.
#[derive(Debug, Default, Args)]
pub(crate) struct Verify {
    /// The server: embedded[:PROFILE], container[:IMAGE], process[:PATH] or redis://host:port
    #[arg(long, value_name = "SERVER", default_value = "embedded")]
    against: Spec,
    /// Starts this where a conversation wants a server to itself: the same server, and sooner there
    /// than a container [default: as --against]
    #[arg(long, value_name = "SERVER")]
    own_server: Option<Spec>,
    /// Only conversations with this in their name
    #[arg(long, value_name = "FILTER")]
    case: Option<String>,
    /// Write a report too: junit=PATH, json=PATH or markdown=PATH
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Target>,
    /// Known, deliberate differences [default: tests/ledger, if the repository has one]
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Files or folders to play [default: tests/recordings and tests/conversations]
    #[arg(value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
}

impl Verify {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let ledger = corpus::ledger(self.ledger.as_deref())?;
        let scripts = self.chosen(corpus::scripts(&self.corpus, corpus::ALL)?)?;
        let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Terminal::new())];
        for target in &self.report {
            reporters.push(target.open().with_context(|| format!("cannot write {target}"))?);
        }
        let own = self.own_server.as_ref().unwrap_or(&self.against);
        let judge = Judge::new(&self.against, own)?;
        let audit = judge.audit(&ledger);
        let (summary, end) =
            self.judge_all(&judge, &scripts, audit, &mut reporters).context("cannot report")?;
        if let Some(error) = end {
            bail!(
                "{error}; nothing behind that was judged: start the server anew, and leave out \
                 what ends it (name files or folders to play, or --case)"
            );
        }
        Ok(match summary.verdict() {
            Verdict::Passed => ExitCode::SUCCESS,
            Verdict::Broken => ExitCode::from(BROKEN),
            Verdict::NothingJudged => ExitCode::from(NOTHING_JUDGED),
        })
    }

    fn chosen(&self, mut scripts: Vec<Script>) -> Result<Vec<Script>> {
        if let Some(filter) = &self.case {
            let all = scripts.len();
            scripts.retain(|script| script.name.contains(filter));
            if scripts.is_empty() {
                bail!("none of {all} conversations has {filter:?} in its name");
            }
        }
        Ok(scripts)
    }

    fn judge_all(
        &self,
        judge: &Judge,
        scripts: &[Script],
        mut audit: LedgerAudit,
        reporters: &mut [Box<dyn Reporter>],
    ) -> io::Result<(Summary, Option<ReplayError>)> {
        let mut tell = |event: &Event<'_>| {
            reporters.iter_mut().try_for_each(|reporter| reporter.report(event))
        };
        let begin = Instant::now();
        tell(&Event::RunStarted(&judge.run(scripts.len())))?;
        let mut summary = Summary::default();
        let plays: Vec<Play<'_>> = scripts.iter().map(|script| self.play(script, &audit)).collect();
        let end = judge.runtime.block_on(async {
            // To look whether something has arrived must not depend on what the others have read.
            let mut outcomes = stream::iter(&plays)
                .map(|play| task::unconstrained(judge.judge(play)))
                .buffered(plays.len());
            // Told in their order, whichever ends first.
            for play in &plays {
                tell(&Event::CaseStarted(&play.case))?;
                let (outcome, time) = match outcomes.next().await {
                    Some(Ok(judged)) => judged,
                    Some(Err(end)) => return Ok(Some(end)),
                    None => break,
                };
                let outcome = outcome.declared(&play.case.name, &mut audit);
                summary.count(&outcome);
                tell(&Event::CaseFinished(&play.case, &outcome, time))?;
            }
            io::Result::Ok(None)
        })?;
        let whole = self.case.is_none() && self.corpus.is_empty() && end.is_none();
        let names: Vec<&str> = scripts.iter().map(|script| &*script.name).collect();
        for stale in audit.stale(whole.then_some(&names)) {
            summary.stale += 1;
            tell(&Event::StaleEntry(&stale))?;
        }
        tell(&Event::RunFinished(&summary, begin.elapsed()))?;
        Ok((summary, end))
    }

    fn play<'a>(&self, script: &'a Script, audit: &LedgerAudit) -> Play<'a> {
        let recording = Conversation::load(&script.path).map_err(|error| error.to_string());
        let case = Case {
            name: script.name.clone(),
            subject: script.subject().to_owned(),
            title: recording.as_ref().map_or(String::new(), |recording| recording.title.clone()),
            rerun: self.rerun(script),
        };
        let grace = if audit.names(&script.name) { DECLARED } else { GRACE };
        Play { script, case, recording, grace }
    }

    /// The command that plays just this conversation.
    fn rerun(&self, script: &Script) -> String {
        let program = super::program("verify");
        let against = match &self.against {
            spec if *spec == Spec::default() => String::new(),
            spec => format!(" --against {}", redacted(&spec.to_string())),
        };
        format!("{program}{against} {}", script.path.display())
    }
}

/// A conversation that is to be judged.
struct Play<'a> {
    script: &'a Script,
    case: Case,
    recording: Result<Conversation, String>,
    grace: Duration,
}

/// A server, and how it is judged.
struct Judge<'a> {
    spec: &'a Spec,
    backend: Arc<dyn Backend>,
    /// Whose turn it is on that server: two conversations would hear each other.
    turn: Mutex<()>,
    /// What is started where a conversation wants a server to itself, and how many there may be.
    own: &'a Spec,
    room: Semaphore,
    /// How many of these are played on.
    stages: Semaphore,
    runtime: Runtime,
}

impl<'a> Judge<'a> {
    fn new(spec: &'a Spec, own: &'a Spec) -> Result<Self> {
        let backend = spec.start()?;
        if own != spec {
            let (this, other) = (backend.identity(), own.start()?.identity().clone());
            if *this != other {
                let (this, other) = (format!("{spec} is {this}"), format!("{own} is {other}"));
                bail!("{}, and {}: name the same server", redacted(&this), redacted(&other));
            }
        }
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (room, stages) = at_once(own);
        let (room, stages) = (Semaphore::new(room), Semaphore::new(stages));
        Ok(Self { spec, backend, turn: Mutex::new(()), own, room, stages, runtime })
    }

    fn run(&self, cases: usize) -> Run {
        let identity = self.backend.identity();
        let judged_as = identity.judged_as();
        let server = if judged_as == identity.profile() {
            identity.to_string()
        } else {
            format!("{identity}, judged as {}", judged_as.as_str())
        };
        Run { backend: redacted(&self.spec.to_string()), server, profile: judged_as, cases }
    }

    fn audit(&self, ledger: &Ledger) -> LedgerAudit {
        let identity = self.backend.identity();
        let backend = match identity {
            // Also behind a URL.
            Identity::Embedded { .. } => BackendKind::Embedded,
            _ => self.backend.kind(),
        };
        ledger.audit(backend, &identity.judged_as())
    }

    /// What becomes of a conversation, and how long that takes. An error is one of the server that
    /// all of them are played on: it ends the run.
    async fn judge(&self, play: &Play<'_>) -> Result<(Outcome, Duration), ReplayError> {
        let now = |outcome| Ok((outcome, Duration::ZERO));
        let recording = match &play.recording {
            Ok(recording) => recording,
            Err(error) => return now(Outcome::Failed(error.clone())),
        };
        if recording.recorded_from.is_empty() {
            let reason = "no reference has answered it: twincast record";
            return now(Outcome::Ignored(reason.to_owned()));
        }
        if let Some(reason) = only_as_scenario(recording) {
            return now(Outcome::Ignored(format!("only as a scenario: {reason}")));
        }
        let wanted = play.script.wants_own_server(recording);
        match (wanted, self.own) {
            (Some(reason), Spec::Remote(_)) => now(Outcome::Ignored(reason)),
            // A fresh one costs nothing.
            (_, Spec::Embedded(_)) | (Some(_), _) => Ok(self.judge_alone(play, recording).await),
            (None, _) => {
                let _turn = self.turn.lock().await;
                let begin = Instant::now();
                let replay = replay(&*self.backend, play.grace);
                match judge_on(&*self.backend, &replay, recording).await {
                    Err(end @ (ReplayError::Unresponsive { .. } | ReplayError::Connect { .. })) => {
                        Err(end)
                    }
                    outcome => Ok((judged(outcome), begin.elapsed())),
                }
            }
        }
    }

    /// On a server that lives for this conversation. To start and to stop it keeps a thread waiting.
    async fn judge_alone(&self, play: &Play<'_>, recording: &Conversation) -> (Outcome, Duration) {
        let _room = self.room.acquire().await;
        let (own, setup) = (self.own.clone(), recording.setup.clone());
        let server = self.backend.identity().clone();
        let started = task::spawn_blocking(move || own.start_with(&setup, &server)).await;
        let backend = match started {
            Ok(Ok(backend)) => backend,
            Ok(Err(error)) => return (Outcome::Failed(error.to_string()), Duration::ZERO),
            Err(error) => return (Outcome::Failed(error.to_string()), Duration::ZERO),
        };
        let _stage = self.stages.acquire().await;
        let begin = Instant::now();
        let replay = replay(&*backend, play.grace).exclusive();
        let outcome = judged(judge_on(&*backend, &replay, recording).await);
        let time = begin.elapsed();
        // Whether that works is not for a conversation to say.
        let _ = task::spawn_blocking(move || drop(backend)).await;
        (outcome, time)
    }
}

fn replay(backend: &dyn Backend, grace: Duration) -> Replay {
    let replay = Replay::on(backend.address()).grace(grace);
    match super::login(&backend.url()) {
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

/// A conversation that could not be played to its end has failed.
fn judged(outcome: Result<Outcome, ReplayError>) -> Outcome {
    outcome.unwrap_or_else(|error| Outcome::Failed(error.to_string()))
}

/// Why a recording cannot be played without its scenario, if its head says so: something happened
/// in it that no client said.
fn only_as_scenario(recording: &Conversation) -> Option<&str> {
    recording.remark.iter().find_map(|line| line.strip_prefix("Only as a scenario: "))
}
