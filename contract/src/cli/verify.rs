use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use futures_util::{StreamExt, stream};
use tokio::runtime::{self, Runtime};
use tokio::task;
use twincast::backend::{Backend, Identity, Kind, Spec};
use twincast::compare::compare;
use twincast::conversation::Conversation;
use twincast::ledger::{Audit, Ledger};
use twincast::replay::{GRACE, Replay};
use twincast::report::{
    Case, Event, Outcome, Reporter, Run, Tally, Target, Terminal, Verdict, public,
};

use super::corpus::{self, Script};
use super::{BROKEN, NOTHING_JUDGED};

/// Time for a frame that the ledger says does not come.
const DECLARED: Duration = Duration::from_millis(10);

/// So many conversations are played side by side on embedded servers: most of their time is waiting.
const AT_ONCE: usize = 16;

/// Plays the committed conversations on a server, and holds what it says against what the real
/// servers said.
#[derive(Debug, Default, Args)]
pub(crate) struct Verify {
    /// The server: embedded[:PROFILE], container[:IMAGE], process[:PATH] or redis://host:port
    #[arg(long, value_name = "SERVER", default_value = "embedded")]
    against: Spec,
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
        let judge = Judge::new(self.against.clone())?;
        let audit = judge.audit(&ledger);
        let tally =
            self.judge_all(&judge, &scripts, audit, &mut reporters).context("cannot report")?;
        Ok(match tally.verdict() {
            Verdict::Upheld => ExitCode::SUCCESS,
            Verdict::Broken => ExitCode::from(BROKEN),
            Verdict::Nothing => ExitCode::from(NOTHING_JUDGED),
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
        mut audit: Audit,
        reporters: &mut [Box<dyn Reporter>],
    ) -> io::Result<Tally> {
        let mut tell =
            |event: &Event<'_>| reporters.iter_mut().try_for_each(|reporter| reporter.hear(event));
        let begin = Instant::now();
        tell(&Event::Started(&judge.run(scripts.len())))?;
        let mut tally = Tally::default();
        let plays: Vec<Play<'_>> = scripts.iter().map(|script| self.play(script, &audit)).collect();
        judge.runtime.block_on(async {
            // To look whether something has arrived must not depend on what the others have read.
            let mut outcomes = stream::iter(&plays)
                .map(|play| task::unconstrained(judge.timed(play)))
                .buffered(judge.at_once());
            // Told in their order, whichever ends first.
            for play in &plays {
                tell(&Event::Begun(&play.case))?;
                let Some((outcome, time)) = outcomes.next().await else { break };
                let outcome = outcome.declared(&play.case.name, &mut audit);
                tally.count(&outcome);
                tell(&Event::Finished(&play.case, &outcome, time))?;
            }
            io::Result::Ok(())
        })?;
        let whole = self.case.is_none() && self.corpus.is_empty();
        let names: Vec<&str> = scripts.iter().map(|script| &*script.name).collect();
        for stale in audit.stale(whole.then_some(&names)) {
            tally.stale += 1;
            tell(&Event::Stale(&stale))?;
        }
        tell(&Event::Ended(&tally, begin.elapsed()))?;
        Ok(tally)
    }

    fn play<'a>(&self, script: &'a Script, audit: &Audit) -> Play<'a> {
        let recording = Conversation::load(&script.path).map_err(|error| error.to_string());
        let case = Case {
            name: script.name.clone(),
            subject: script.subject().to_owned(),
            title: recording.as_ref().map_or(String::new(), |recording| recording.title.clone()),
            again: self.again(script),
        };
        let grace = if audit.names(&script.name) { DECLARED } else { GRACE };
        Play { script, case, recording, grace }
    }

    /// The command that plays just this conversation.
    fn again(&self, script: &Script) -> String {
        let program = super::program("verify");
        let against = match &self.against {
            spec if *spec == Spec::default() => String::new(),
            spec => format!(" --against {}", public(&spec.to_string())),
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
struct Judge {
    spec: Spec,
    backend: Arc<dyn Backend>,
    runtime: Runtime,
}

impl Judge {
    fn new(spec: Spec) -> Result<Self> {
        let backend = spec.start()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { spec, backend, runtime })
    }

    fn run(&self, cases: usize) -> Run {
        let identity = self.backend.identity();
        let judged_as = identity.judged_as();
        let server = if judged_as == identity.profile() {
            identity.to_string()
        } else {
            format!("{identity}, judged as {}", judged_as.as_str())
        };
        Run { backend: public(&self.spec.to_string()), server, profile: judged_as, cases }
    }

    fn audit(&self, ledger: &Ledger) -> Audit {
        let identity = self.backend.identity();
        let backend = match identity {
            // Also behind a URL.
            Identity::Embedded { .. } => Kind::Embedded,
            _ => self.backend.kind(),
        };
        ledger.audit(backend, &identity.judged_as())
    }

    /// How many conversations are played at once: where each has a server of its own that costs
    /// nothing, some; else they would hear each other.
    fn at_once(&self) -> usize {
        match self.spec {
            Spec::Embedded(_) => AT_ONCE,
            _ => 1,
        }
    }

    async fn timed(&self, play: &Play<'_>) -> (Outcome, Duration) {
        let begin = Instant::now();
        let outcome = match &play.recording {
            Ok(recording) => self.judge(play.script, recording, play.grace).await,
            Err(error) => Outcome::Failed(error.clone()),
        };
        (outcome, begin.elapsed())
    }

    async fn judge(&self, script: &Script, recording: &Conversation, grace: Duration) -> Outcome {
        if recording.recorded_from.is_empty() {
            return Outcome::Ignored("no reference has answered it: twincast record".to_owned());
        }
        if let Some(reason) = only_as_scenario(recording) {
            return Outcome::Ignored(format!("only as a scenario: {reason}"));
        }
        let backend = match self.backend_for(script, recording) {
            Ok(backend) => backend,
            Err(outcome) => return *outcome,
        };
        let server = backend.identity().judged_as();
        let mut replay = Replay::on(backend.address()).grace(grace);
        if let Some(login) = super::login(&backend.url()) {
            replay = replay.login(login);
        }
        match replay.play(recording, &server).await {
            Err(error) => Outcome::Failed(error.to_string()),
            Ok(observed) => match compare(recording, &observed, &server) {
                violations if violations.is_empty() => Outcome::Held,
                violations => Outcome::Broken { violations, recording: recording.clone() },
            },
        }
    }

    /// The server for one conversation: a fresh one where that costs nothing, or where nobody else
    /// may be there.
    fn backend_for(
        &self,
        script: &Script,
        recording: &Conversation,
    ) -> Result<Arc<dyn Backend>, Box<Outcome>> {
        let started = match (&self.spec, script.wants_own_server(recording)) {
            (Spec::Embedded(_), _) => self.spec.start_with(&recording.setup),
            (_, None) => return Ok(Arc::clone(&self.backend)),
            (Spec::Remote(_), Some(reason)) => return Err(Box::new(Outcome::Ignored(reason))),
            (_, Some(_)) => self.spec.start_with(&recording.setup),
        };
        started.map_err(|error| Box::new(Outcome::Failed(error.to_string())))
    }
}

/// Why a recording cannot be played without its scenario, if its head says so: something happened
/// in it that no client said.
fn only_as_scenario(recording: &Conversation) -> Option<&str> {
    recording.remark.iter().find_map(|line| line.strip_prefix("Only as a scenario: "))
}
