use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use twincast::conversation::Conversation;
use twincast::differences::{NamedConversation, page};
use twincast::report;

use super::corpus::{self, CONVERSATIONS};

/// Print, in Markdown, where the embedded server differs from the servers that it imitates, and
/// where each of these differs from Redis 8.0.
#[derive(Debug, Args)]
pub(crate) struct Differences {}

impl Differences {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let ledger = corpus::ledger(None)?;
        let mut named = Vec::new();
        for file in corpus::files(&[], &[CONVERSATIONS])? {
            let conversation = Conversation::load(&file.path)?;
            named.push(NamedConversation { name: file.name, conversation });
        }
        report::print_line(page(&named, &ledger).trim_end());
        Ok(ExitCode::SUCCESS)
    }
}
