//! The command line: one file for each command, with its arguments and its actions. `corpus` finds
//! the conversations that they work on.

mod bench;
mod catalogue;
mod corpus;
mod differences;
mod explore;
mod record;
mod serve;
mod shell;
mod survey;
mod verify;

use bytes::Bytes;
use clap::{Parser, Subcommand};

pub(crate) use bench::bench;
pub(crate) use catalogue::Catalogue;
pub(crate) use differences::Differences;
pub(crate) use explore::Explore;
pub(crate) use record::Record;
pub(crate) use serve::Serve;
pub(crate) use verify::Verify;

/// The exit code of a run in which a promise was broken.
pub(crate) const BROKEN: u8 = 1;
/// The exit code of a run that judged nothing, which is not a success. Errors have it too.
pub(crate) const NOTHING_JUDGED: u8 = 2;

/// Check whether a server behaves like the real Redis, and show where it does not.
///
/// Without a command, `verify` runs on the embedded server.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 if no promise was broken, 1 if a promise was broken, 2 if nothing could be judged or an error occurred."
)]
pub(crate) struct Twincast {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Verify(Verify),
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
