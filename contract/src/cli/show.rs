use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use twincast::conversation::{Conversation, ServerName};
use twincast::lanes::{Canvas, Lanes};
use twincast::page;
use twincast::report;

use super::corpus::{self, ALL_FOLDERS, ConversationFile};
use super::shell;

/// The columns of an output that is not a terminal.
const COLUMNS: usize = 100;

/// How many conversations are named if a name fits several.
const MOST: usize = 12;

/// Draw a conversation: one lane for each connection, and time downwards.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A file with a conversation, or a part of the name of one in the repository
    #[arg(value_name = "FILE|CASE")]
    conversation: String,
    /// Show only the answers of this server: redis-8.0, valkey-9.1 … [default: all answers]
    #[arg(long, value_name = "NAME")]
    server: Option<String>,
    /// Write a page to this file, and print nothing
    #[arg(long, value_name = "PATH")]
    html: Option<PathBuf>,
    /// How many columns to use [default: those of the terminal, else 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..))]
    width: Option<u16>,
}

impl Show {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let file = find(&self.conversation)?;
        let conversation = file.load()?;
        let server = self.server.as_deref().map(|name| known(&conversation, name)).transpose()?;
        if let Some(path) = &self.html {
            let command = format!("{} {}", super::invocation("verify"), shell::path(&file.path));
            let place = file.path.display().to_string();
            let page = page::conversation(&conversation, server.as_ref(), &place, &command);
            write(path, &page)?;
            return Ok(ExitCode::SUCCESS);
        }
        let chosen = self.width.map(usize::from);
        let width = chosen.or_else(|| report::columns(io::stdout())).unwrap_or(COLUMNS);
        report::print_text(text(&conversation, server.as_ref(), Canvas { width }))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The head of the conversation, and its lanes.
fn text(conversation: &Conversation, server: Option<&ServerName>, canvas: Canvas) -> String {
    let recorded = match &conversation.recorded_from[..] {
        [] => "not recorded yet".to_owned(),
        servers => format!("recorded from {}", servers.join(", ")),
    };
    let setup = (!conversation.setup.is_empty()).then(|| format!("with {}", conversation.setup));
    let mut text = canvas.heading(&conversation.title);
    for line in conversation.remark.iter().chain([&recorded]).chain(&setup) {
        text.push_str(&canvas.paragraph(line));
    }
    text.push('\n');
    text.push_str(&Lanes::of(conversation, server).text(canvas));
    text
}

/// The file, or the only conversation of the repository with this in its name.
fn find(wanted: &str) -> Result<ConversationFile> {
    let path = Path::new(wanted);
    if path.is_file() {
        return Ok(corpus::files(&[path.to_owned()], &[])?.remove(0));
    }
    if path.extension().is_some_and(|extension| extension == "twin") {
        bail!("{wanted} does not exist: name a file with a conversation, or a part of its name");
    }
    let mut found = corpus::files(&[], ALL_FOLDERS)?;
    let all = found.len();
    found.retain(|file| file.name.contains(wanted));
    // A whole name may be a part of others.
    if let Some(exact) = found.iter().position(|file| file.name.rsplit('/').next() == Some(wanted))
    {
        return Ok(found.remove(exact));
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => bail!("none of {all} conversations has {wanted:?} in its name"),
        count => {
            let names = found.iter().take(MOST).map(|file| format!("\n  {}", file.name));
            let names: String = names.collect();
            let more = if count > MOST { "\n  …" } else { "" };
            bail!(
                "{count} conversations have {wanted:?} in their name: write more of it\n{names}{more}"
            )
        }
    }
}

/// The server of this name, if the conversation was recorded from it.
fn known(conversation: &Conversation, name: &str) -> Result<ServerName> {
    let server = ServerName::new(name);
    if conversation.is_recorded_from(&server) {
        return Ok(server);
    }
    let mut servers: Vec<ServerName> =
        conversation.recorded_from.iter().map(|exact| ServerName::of(exact)).collect();
    servers.sort();
    let servers: Vec<&str> = servers.iter().map(ServerName::as_str).collect();
    bail!("the conversation has no answers of {name:?}; it has those of {}", servers.join(", "))
}

/// Writes a page, and the folders above it.
pub(super) fn write(path: &Path, page: &str) -> Result<()> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, page))
        .with_context(|| format!("cannot write {}", path.display()))
}
