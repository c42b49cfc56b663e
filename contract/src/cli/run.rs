use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::{self, Child, ExitCode, ExitStatus};

use anyhow::{Context, Result};
use clap::Args;
use futures_util::future::select_all;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpgrp, kill_process, waitid};
use rustix::termios::tcgetpgrp;
use tokio::{runtime, signal, task};
use twincast::report;
use twincast_embedded::EmbeddedRedis;

use super::server_options::ServerOptions;

/// The exit codes of shells for a program that cannot be run, and for one that does not exist.
const CANNOT_RUN: u8 = 126;
const NOT_FOUND: u8 = 127;

/// The shell of a user who has none.
const SHELL: &str = "/bin/sh";

/// Run a program with an embedded server, which ends with it.
///
/// REDIS_URL, REDIS_HOST and REDIS_PORT tell the program where the server is. The exit code is that
/// of the program. SIGINT, SIGQUIT, SIGTERM, SIGUSR1 and SIGUSR2 are passed on to it.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    server: ServerOptions,
    /// The program and its arguments [default: your shell]
    #[arg(trailing_var_arg = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Before the program starts, because it may tell somebody who signals at once.
            let mut signals = Signals::new().context("cannot await signals")?;
            let server = self.server.start()?;
            let shell = || vec![env::var_os("SHELL").unwrap_or_else(|| SHELL.into())];
            let words = if self.command.is_empty() { shell() } else { self.command };
            let mut child = match start(&words, &server)? {
                Ok(child) => child,
                Err(error) => {
                    let program = words[0].display();
                    report::print_error(format_args!("cannot run {program}: {error}"));
                    let missing = error.kind() == ErrorKind::NotFound;
                    return Ok(ExitCode::from(if missing { NOT_FOUND } else { CANNOT_RUN }));
                }
            };
            let status = signals.pass_on_until_end(&mut child).await;
            Ok(exit_code(status.context("cannot wait for the program")?))
        })
    }
}

/// Starts the program. The inner error is the one of the program.
fn start(words: &[OsString], server: &EmbeddedRedis) -> Result<io::Result<Child>> {
    let url = server.url();
    // A password is escaped, so it contains neither of these characters.
    let address = url.rsplit(['/', '@']).next().unwrap_or_default();
    let address = address.parse::<SocketAddr>().context("the server has no address")?;
    let mut command = process::Command::new(&words[0]);
    command.args(&words[1..]).env("REDIS_URL", &url);
    command.env("REDIS_HOST", address.ip().to_string());
    command.env("REDIS_PORT", address.port().to_string());
    Ok(command.spawn())
}

/// The program's exit code, or 128 and the number of the signal that ended it, as shells count.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}

/// The signals that are passed on. From its creation on, none of them ends this process.
struct Signals(Vec<(Signal, signal::unix::Signal)>);

impl Signals {
    /// Needs a tokio runtime.
    fn new() -> io::Result<Self> {
        let all = [Signal::INT, Signal::QUIT, Signal::TERM, Signal::USR1, Signal::USR2];
        let kind = |signal: Signal| signal::unix::SignalKind::from_raw(signal.as_raw());
        let streams = all.map(|signal| Ok((signal, signal::unix::signal(kind(signal))?)));
        streams.into_iter().collect::<io::Result<_>>().map(Self)
    }

    async fn next(&mut self) -> Signal {
        let next = self.0.iter_mut().map(|(signal, stream)| {
            Box::pin(async {
                stream.recv().await;
                *signal
            })
        });
        select_all(next).await.0
    }

    async fn pass_on_until_end(&mut self, child: &mut Child) -> io::Result<ExitStatus> {
        let pid = Pid::from_child(child);
        // The child is not reaped yet, so that no signal can reach another process with its number.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let wait = move || rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid), options));
        let mut end = task::spawn_blocking(wait);
        loop {
            tokio::select! {
                ended = &mut end => {
                    ended.map_err(io::Error::other)??;
                    return child.wait();
                }
                signal = self.next() => if !came_from_terminal(signal) {
                    // It may have ended meanwhile.
                    let _ = kill_process(pid, signal);
                }
            }
        }
    }
}

/// Whether the terminal has sent this signal to the program too, because both are in its
/// foreground. A second one would make many programs give up their cleaning.
fn came_from_terminal(signal: Signal) -> bool {
    let is_foreground = || {
        let terminal = File::open("/dev/tty")?;
        io::Result::Ok(tcgetpgrp(terminal)? == getpgrp())
    };
    [Signal::INT, Signal::QUIT].contains(&signal) && is_foreground().unwrap_or(false)
}
