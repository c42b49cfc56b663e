use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::runtime;
use twincast::backend::Spec;
use twincast::catalogue::{self, CATALOGUE};
use twincast::replay::Replay;
use twincast::report;

/// Ask real servers about their commands, and write their answers into the catalogue.
///
/// The facts about other servers stay in the file. The embedded server is refused, because it takes
/// its own facts from the file.
#[derive(Debug, Args)]
pub(crate) struct Catalogue {
    /// The servers to ask: container[:IMAGE], process[:PATH] or redis://host:port
    #[arg(value_name = "SERVER", required = true)]
    servers: Vec<Spec>,
    /// The file to update [default: backends/embedded/src/catalogue/commands.txt of this
    /// repository]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Catalogue {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let path = self.file.map_or_else(committed, Ok)?;
        let mut known = catalogue::Catalogue::load(&path)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        for spec in &self.servers {
            let backend = spec.start()?;
            let server = backend.identity();
            if !backend.capabilities().reference {
                bail!(
                    "cannot take facts from {server}: it is not a real server; name a Redis or Valkey"
                );
            }
            let mut replay = Replay::on(backend.address());
            if let Some(login) = super::login_request(&backend.url()) {
                replay = replay.login(login);
            }
            let requests =
                catalogue::REQUESTS.map(|words| words.iter().map(|word| (*word).into()).collect());
            let replies = runtime.block_on(replay.ask(&requests));
            let replies = replies.with_context(|| format!("cannot ask {server}"))?;
            let answered = catalogue::Server::from_replies(replies)
                .with_context(|| format!("cannot read the facts about {server}"))?;
            let subcommands = answered.commands.keys().filter(|name| name.is_subcommand()).count();
            let commands = answered.commands.len() - subcommands;
            let profile = server.profile();
            report::print_line(format_args!(
                "{profile} ({server}): {}, {}",
                report::counted(commands, "command"),
                report::counted(subcommands, "subcommand"),
            ));
            known.learn(profile, answered);
        }
        let text = known.to_string();
        let before = fs::read_to_string(&path);
        let before = before.with_context(|| format!("cannot read {}", path.display()))?;
        let changed = if text == before { "nothing changed in" } else { "wrote" };
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        report::print_line(format_args!("{changed} {}", path.display()));
        Ok(ExitCode::SUCCESS)
    }
}

/// The catalogue of the repository around the current folder.
fn committed() -> Result<PathBuf> {
    let here = env::current_dir().context("cannot find the current folder")?;
    let mut paths = here.ancestors().map(|root| root.join(CATALOGUE));
    paths.find(|path| path.is_file()).with_context(|| {
        format!(
            "neither {} nor a folder above it has {CATALOGUE}: name the file with --file",
            here.display()
        )
    })
}
