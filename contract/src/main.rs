//! The command `twincast`: plays the contract on a server and reports violations, serves the
//! embedded server, records references, searches for differences between two servers, and measures
//! how fast servers are.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use twincast::report;

use cli::{Command, Twincast};

fn main() -> ExitCode {
    let outcome = match Twincast::parse().command() {
        Command::Verify(verify) => verify.run(),
        Command::Serve(serve) => serve.run(),
        Command::Record(record) => record.run(),
        Command::Catalogue(catalogue) => catalogue.run(),
        Command::Differences(differences) => differences.run(),
        Command::Explore(explore) => explore.run(),
        Command::Bench(args) => cli::bench(&args),
    };
    outcome.unwrap_or_else(|error| {
        report::print_error(message(&error));
        ExitCode::from(cli::NOTHING_JUDGED)
    })
}

/// The error and its causes, each once: the text of many errors contains their cause.
fn message(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(&format!(": {cause}"));
        }
    }
    text
}
