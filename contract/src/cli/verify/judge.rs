//! Judges conversations on one server, or each on a server of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::runtime::{self, Runtime};
use tokio::sync::{Mutex, Semaphore};
use tokio::task;
use twincast::backend::{Backend, BackendKind, Identity, Spec, redacted};
use twincast::compare::{compare, compare_turns};
use twincast::conversation::{Conversation, ONLY_AS_A_SCENARIO};
use twincast::ledger::{Ledger, LedgerAudit};
use twincast::replay::{GRACE, Replay, ReplayError};
use twincast::report::{Outcome, Run};

use super::PlannedCase;
use super::flush::Flusher;
use crate::cli::corpus::OwnServer;
use crate::cli::survey::{Survey, listeners};
use crate::cli::{long_waits, open_files};

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

/// The server that is judged, and the means to play conversations on it.
pub(super) struct Judge<'a> {
    spec: &'a Spec,
    backend: Arc<dyn Backend>,
    /// Locked while a conversation is played on that server. Two at once would receive each
    /// other's messages.
    shared_server: Mutex<()>,
    /// The server to start if a conversation needs its own, and how many of these may exist at
    /// once.
    own: &'a Spec,
    /// Empties a server at a URL for conversations that need it to themselves, if it may.
    flusher: Option<Mutex<Flusher>>,
    /// Whether conversations may wait for long.
    long_waits: bool,
    server_permits: Semaphore,
    /// How many of these may be in use at once.
    play_permits: Semaphore,
    /// What is known about a server that others run.
    survey: Option<Survey>,
    pub(super) runtime: Runtime,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        spec: &'a Spec,
        own: &'a Spec,
        long_waits: bool,
        is_own: bool,
    ) -> Result<Self> {
        let flusher = match spec {
            Spec::Remote(url) if is_own => Some(Mutex::new(Flusher::of(url)?)),
            _ if is_own => bail!(
                "--own is for a server at a URL: any other is started anew for conversations that \
                 need one to themselves"
            ),
            _ => None,
        };
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
            flusher,
            long_waits,
            server_permits,
            play_permits,
            survey: None,
            runtime,
        })
    }

    /// Looks at a server at a URL, to judge it only for what it can be judged for.
    pub(super) fn look(&mut self, cases: &[PlannedCase<'_>]) -> Result<()> {
        let Spec::Remote(_) = self.spec else { return Ok(()) };
        let conversations: Vec<&Conversation> =
            cases.iter().filter_map(|planned| planned.recording.as_ref().ok()).collect();
        let replay = replay(&*self.backend, GRACE);
        let mut survey = self.runtime.block_on(Survey::of(&replay, &conversations))?;
        let (address, login) =
            (self.backend.address(), crate::cli::login_request(&self.backend.url()));
        survey.reached_by(&address, login.as_ref());
        // Conversations that have the server to themselves would meet our subscriber.
        if self.flusher.is_none() {
            survey.announce(&address, login.as_ref());
        }
        self.survey = Some(survey);
        Ok(())
    }

    /// Ends without waiting for servers that are being started: their reaper ends them.
    pub(super) fn abandon(self) {
        self.runtime.shutdown_background();
    }

    pub(super) fn run(&self, cases: &[PlannedCase<'_>]) -> Run {
        let identity = self.backend.identity();
        let judged_as = identity.judged_as();
        let server = if judged_as == identity.profile() {
            identity.to_string()
        } else {
            format!("{identity}, judged as {}", judged_as.as_str())
        };
        let about = self.survey.as_ref().map(Survey::to_string);
        let built_in = cases.iter().any(|planned| planned.file.is_built_in());
        Run {
            backend: redacted(&self.spec.to_string()),
            server,
            about,
            profile: judged_as,
            corpus: built_in.then(|| format!("twincast {}", env!("CARGO_PKG_VERSION"))),
            cases: cases.iter().map(|planned| planned.case.clone()).collect(),
        }
    }

    pub(super) fn audit(&self, ledger: &Ledger) -> LedgerAudit {
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
    pub(super) async fn judge(
        &self,
        planned: &PlannedCase<'_>,
    ) -> Result<(Outcome, Duration), ReplayError> {
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
        if let (false, Some(reason)) = (self.long_waits, long_waits::refusal(self.own, recording)) {
            return now(Outcome::Ignored(reason));
        }
        match (planned.file.needs_own_server(recording), self.own, &self.flusher) {
            (None | Some(OwnServer::Empty(_)), _, Some(flusher)) => {
                match self.survey.as_ref().and_then(|survey| survey.obstacle(recording)) {
                    Some(reason) => now(Outcome::Ignored(reason)),
                    None => self.judge_emptied(planned, recording, flusher).await,
                }
            }
            (Some(own), Spec::Remote(_), _) => now(Outcome::Ignored(own.reason())),
            // A new embedded server costs nothing.
            (_, Spec::Embedded(_), _) | (Some(_), ..) => {
                Ok(self.judge_exclusively(planned, recording).await)
            }
            (None, ..) => {
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
                Ok((judged_on_shared(outcome)?, begin.elapsed()))
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

    /// Judges a conversation on the server at the URL, which it has to itself.
    async fn judge_emptied(
        &self,
        planned: &PlannedCase<'_>,
        recording: &Conversation,
        flusher: &Mutex<Flusher>,
    ) -> Result<(Outcome, Duration), ReplayError> {
        let _guard = self.shared_server.lock().await;
        if let Err(error) = flusher.lock().await.flush().await {
            return Ok((Outcome::Failed(error.to_string()), Duration::ZERO));
        }
        let begin = Instant::now();
        let replay = replay(&*self.backend, planned.grace).exclusive();
        let outcome = judge_on(&*self.backend, &replay, recording).await;
        Ok((judged_on_shared(outcome)?, begin.elapsed()))
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
        drop(replay);
        // A failed stop says nothing about the conversation.
        let _ = task::spawn_blocking(move || drop(backend)).await;
        (outcome, time)
    }
}

fn replay(backend: &dyn Backend, grace: Duration) -> Replay {
    let replay = Replay::of(backend).grace(grace);
    match crate::cli::login_request(&backend.url()) {
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
    // Where time passes by itself, a frame may be early because the machine is slow.
    let violations = match backend.time_control() {
        Some(_) => compare_turns(recording, &observed, &server),
        None => compare(recording, &observed, &server),
    };
    Ok(match violations {
        violations if violations.is_empty() => Outcome::Held,
        violations => Outcome::Broken { violations, recording: recording.clone() },
    })
}

/// A conversation that could not be played to its end has failed.
fn judged(outcome: Result<Outcome, ReplayError>) -> Outcome {
    outcome.unwrap_or_else(|error| Outcome::Failed(error.to_string()))
}

/// The same on the shared server: if that is gone, the run ends.
fn judged_on_shared(outcome: Result<Outcome, ReplayError>) -> Result<Outcome, ReplayError> {
    match outcome {
        Err(end @ (ReplayError::Unresponsive { .. } | ReplayError::Connect { .. })) => Err(end),
        outcome => Ok(judged(outcome)),
    }
}

/// Why a recording cannot be played without its scenario, if its head says so: it contains an event
/// that no client caused.
fn only_as_scenario(recording: &Conversation) -> Option<&str> {
    recording.remark.iter().find_map(|line| line.strip_prefix(ONLY_AS_A_SCENARIO))
}
