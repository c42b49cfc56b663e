use std::io;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result};
use clap::Args;
use tokio::runtime;
use tokio::sync::oneshot;
use twincast::report;

use super::interrupt::Interruptions;
use super::server_options::ServerOptions;

/// The line that real servers print when they are ready.
const READY: &str = "Ready to accept connections";

/// Run the embedded server until SIGINT or SIGTERM, or until a client sends SHUTDOWN.
///
/// When the server is ready, its URL is printed on a line of its own, and then `Ready to accept
/// connections`, which tools wait for that start a real server.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    server: ServerOptions,
    /// Also stop at the end of standard input, for example when the parent process ends
    #[arg(long)]
    until_eof: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Before the URL is printed, because its reader may stop this server at once.
            let mut interruptions = Interruptions::new().context("cannot await signals")?;
            let mut input_ended = self.until_eof.then(end_of_input);
            let server = self.server.start()?;
            // In one piece: a reader that has the URL may close its end at once.
            let lines = [Some(server.url()), server.unix_url(), Some(READY.to_owned())];
            report::print_line(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"));
            tokio::select! {
                _ = interruptions.next() => {}
                () = server.ended() => {}
                Some(_) = async { Some(input_ended.as_mut()?.await) } => {}
            }
            drop(server);
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Resolves at the end of standard input. The thread that reads lives as long as the process.
fn end_of_input() -> oneshot::Receiver<()> {
    let (last, end) = oneshot::channel();
    thread::spawn(move || {
        // A failed read counts as the end.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = last.send(());
    });
    end
}
