use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::runtime;
use twincast::backend::{Backend, Spec};
use twincast::compare::record;
use twincast::conversation::Conversation;
use twincast::replay::Replay;
use twincast::report;

use super::corpus::{self, CONVERSATIONS, ConversationFile};
use super::record_cases;

/// Play conversations that were written by hand on a real server, and save its answers; or, with
/// --cases, run the cases of a cargo project on a real server, and save their conversations.
///
/// The embedded server is refused, because recordings are there to judge it.
#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The real server: container[:IMAGE], process[:PATH] or redis://host:port
    /// [default: the server in TWINCAST_REDIS_URL or TWINCAST_REDIS_SERVER, else a container]
    #[arg(long, value_name = "SERVER")]
    against: Option<Spec>,
    /// Files or folders to record [default: tests/conversations]
    #[arg(value_name = "FILES")]
    files: Vec<PathBuf>,
    /// Record the cases of the cargo project in this folder: print which recordings are new or have
    /// changed, and name those of cases that are gone
    #[arg(long, conflicts_with_all = ["against", "files"])]
    cases: bool,
    /// Arguments of `cargo test`, such as `--package NAME`; with --cases only
    #[arg(last = true, value_name = "CARGO ARGUMENTS", requires = "cases")]
    cargo: Vec<String>,
}

impl Record {
    pub(crate) fn run(self) -> Result<ExitCode> {
        if self.cases {
            return record_cases::run(self.cargo);
        }
        let files = corpus::files_on_disk(&self.files, &[CONVERSATIONS])?;
        let spec = self.against.unwrap_or_else(Spec::reference);
        if matches!(spec, Spec::Embedded(_)) {
            bail!(
                "the embedded server is judged by recordings and cannot make them: name a real server with --against"
            );
        }
        let backend = spec.start()?;
        if !backend.capabilities().reference {
            bail!(
                "cannot record from {}: it is not a real server; name a Redis or Valkey with --against",
                backend.identity()
            );
        }
        let mut changed = 0;
        for file in &files {
            let path = file.path.display();
            let conversation = Conversation::load(&file.path)?;
            let own = match (file.needs_own_server(&conversation), &spec) {
                (None, _) => None,
                (Some(own), Spec::Remote(_)) => {
                    report::print_line(format_args!("{path} left out: {}", own.reason()));
                    continue;
                }
                (Some(_), _) => Some(spec.start_with(&conversation.setup, backend.identity())?),
            };
            if record_file(file, &**own.as_ref().unwrap_or(&backend))? {
                changed += 1;
                report::print_line(path);
            }
        }
        let server = backend.identity();
        report::print_line(format_args!(
            "{changed} of {} changed by the answers of {server}",
            report::counted(files.len(), "conversation")
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// Records one conversation in its file. Returns whether the file changed.
fn record_file(file: &ConversationFile, backend: &dyn Backend) -> Result<bool> {
    let path = &file.path;
    let before = Conversation::load(path)?;
    let mut replay = Replay::of(backend);
    if let Some(login) = super::login_request(&backend.url()) {
        replay = replay.login(login);
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let mut observed = runtime.block_on(replay.record(&before))?;
    observed.recorded_from = vec![backend.identity().to_string()];
    let server = backend.identity().profile();
    let after = record(before, observed, &server)?.to_string();
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if text == after {
        return Ok(false);
    }
    fs::write(path, after).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}
