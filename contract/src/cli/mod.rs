//! The command line: one file for each command, with its arguments and its actions. `corpus` finds
//! the conversations that they work on.

mod bench;
mod cases;
mod catalogue;
mod config_file;
mod corpus;
mod differences;
mod explore;
mod init;
mod interrupt;
mod long_waits;
mod open_files;
mod record;
mod record_cases;
mod run;
mod serve;
mod server_options;
mod shell;
mod show;
mod survey;
mod verify;

use std::io;
use std::process::ExitCode;

use bytes::Bytes;
use clap::{Parser, Subcommand};
use twincast::bench::BenchError;
use twincast::report::Verdict;

pub(crate) use bench::bench;
pub(crate) use cases::Cases;
pub(crate) use catalogue::Catalogue;
pub(crate) use differences::Differences;
pub(crate) use explore::Explore;
pub(crate) use init::Init;
pub(crate) use open_files::raise_limit as raise_open_files_limit;
pub(crate) use record::Record;
pub(crate) use run::Run;
pub(crate) use serve::Serve;
pub(crate) use show::Show;
pub(crate) use verify::Verify;

/// The exit code of a run in which a promise was broken.
pub(crate) const BROKEN: u8 = 1;
/// The exit code of a run that judged nothing, which is not a success. Errors have it too.
pub(crate) const NOTHING_JUDGED: u8 = 2;
/// The exit code of a program whose output nobody reads any more, as shells count: 128 and SIGPIPE.
pub(crate) const OUTPUT_CLOSED: u8 = 128 + 13;

/// Check whether a server behaves like the real Redis, and show where it does not.
///
/// Without a command, `verify` runs on the embedded server.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 if no promise was broken, 1 if a promise was broken, 2 if nothing could be judged or an \
                  error occurred, 128 and the signal's number if a signal ended the run."
)]
pub(crate) struct Twincast {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Verify(Verify),
    Init(Init),
    Run(Run),
    Show(Show),
    Cases(Cases),
    Serve(Serve),
    Record(Record),
    Catalogue(Catalogue),
    Differences(Differences),
    Explore(Explore),
    Bench(twincast::bench::Args),
}

impl Twincast {
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or_else(|| Command::Verify(Verify::default()))
    }
}

/// The exit code of a run with this verdict.
fn exit_code(verdict: Verdict) -> ExitCode {
    match verdict {
        Verdict::Passed => ExitCode::SUCCESS,
        Verdict::Broken => ExitCode::from(BROKEN),
        Verdict::NothingJudged => ExitCode::from(NOTHING_JUDGED),
    }
}

/// Whether a command ended because its output was closed, as `| head` does.
///
/// A server that closes a connection is another matter: commands wrap the errors of connections.
pub(crate) fn is_output_closed(error: &anyhow::Error) -> bool {
    let output = match error.downcast_ref::<BenchError>() {
        Some(BenchError::Output(output)) => Some(output),
        Some(_) => None,
        None => error.downcast_ref::<io::Error>(),
    };
    output.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// An error with its causes, and what to do about it if that is not in its text.
pub(crate) fn describe(error: &anyhow::Error) -> String {
    let text = message(error);
    match open_files::remedy(error.as_ref()) {
        Some(remedy) => format!("{text}; {remedy}"),
        None => text,
    }
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

/// The request that logs in with the credentials of a URL, if it has any.
fn login_request(url: &str) -> Option<Vec<Bytes>> {
    let client = redis::Client::open(url).ok()?;
    let settings = client.get_connection_info().redis_settings();
    let password = settings.password()?.to_owned();
    let user = settings.username().map(str::to_owned);
    let words = ["AUTH".to_owned()].into_iter().chain(user).chain([password]);
    Some(words.map(Bytes::from).collect())
}

/// How the user can run this command of the program, for messages that tell how to repeat a run.
fn invocation(command: &str) -> String {
    match std::env::var_os("CARGO") {
        Some(_) => format!("cargo run --quiet -- {command}"),
        None => format!("twincast {command}"),
    }
}
