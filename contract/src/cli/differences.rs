use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use twincast::differences::{Fact, NamedConversation, PAGES, facts, page_name, site, summary};
use twincast::ledger::Ledger;
use twincast::page;
use twincast::report::{self, counted};

use super::corpus::{self, CONVERSATIONS};
use super::show::write;

/// The page of a repository that lists facts about servers.
const FACTS: &str = "docs/wire.md";

/// Show where the embedded server differs from the servers that it imitates, and where these differ
/// from each other.
///
/// Prints a summary in Markdown, or writes pages that show any two servers side by side.
#[derive(Debug, Args)]
pub(crate) struct Differences {
    /// Write pages to this folder: index.html, and one for each conversation
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
}

impl Differences {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let files = corpus::files(&[], &[CONVERSATIONS])?;
        let ledger = corpus::ledger(None, &files)?;
        let mut named = Vec::new();
        for file in files {
            let conversation = file.load()?;
            named.push(NamedConversation { name: file.name, conversation });
        }
        match &self.html {
            Some(folder) => write_pages(folder, &named, &ledger)?,
            None => report::print_line(summary(&named, &ledger).trim_end()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write_pages(folder: &Path, named: &[NamedConversation], ledger: &Ledger) -> Result<()> {
    write(&folder.join("index.html"), &site(named, ledger, &known_facts()?))?;
    for NamedConversation { name, conversation } in named {
        let place = format!("tests/{name}.twin");
        let command = format!("{} {place}", super::invocation("verify"));
        let page = page::conversation(conversation, None, &place, &command);
        write(&folder.join(PAGES).join(page_name(name)), &page)?;
    }
    let pages = counted(named.len() + 1, "page");
    report::print_line(format_args!("wrote {pages}: {}", folder.join("index.html").display()));
    Ok(())
}

/// The facts of the repository around the current folder; none if it lists none.
fn known_facts() -> Result<Vec<Fact>> {
    match corpus::repository_file(FACTS)? {
        Some(path) => Ok(facts(&fs::read_to_string(path)?)),
        None => Ok(Vec::new()),
    }
}
