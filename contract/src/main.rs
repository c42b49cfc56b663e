//! The command `twincast`: plays the contract on a server and reports violations, draws
//! conversations, runs programs with the embedded server, records references, searches for
//! differences between two servers, and measures how fast servers are.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use twincast::report;

use cli::{Command, Twincast};

fn main() -> ExitCode {
    cli::raise_open_files_limit();
    let outcome = match Twincast::parse().command() {
        Command::Verify(verify) => verify.run(),
        Command::Init(init) => init.run(),
        Command::Run(run) => run.run(),
        Command::Show(show) => show.run(),
        Command::Cases(cases) => cases.run(),
        Command::Serve(serve) => serve.run(),
        Command::Record(record) => record.run(),
        Command::Catalogue(catalogue) => catalogue.run(),
        Command::Differences(differences) => differences.run(),
        Command::Explore(explore) => explore.run(),
        Command::Bench(args) => cli::bench(&args),
    };
    outcome.unwrap_or_else(|error| {
        if cli::is_output_closed(&error) {
            return ExitCode::from(cli::OUTPUT_CLOSED);
        }
        report::print_error(cli::describe(&error));
        ExitCode::from(cli::NOTHING_JUDGED)
    })
}
