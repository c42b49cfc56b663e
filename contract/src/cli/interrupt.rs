use std::fmt;
use std::io;
use std::process::{self, ExitCode};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

/// How long a command may take to end by itself after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// A signal by which this program is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// Ctrl-C.
    Interrupt,
    /// What `kill` sends.
    Terminate,
}

impl Interruption {
    /// The exit code of a program that this signal ends, as shells count.
    fn code(self) -> u8 {
        match self {
            Self::Interrupt => 128 + 2,
            Self::Terminate => 128 + 15,
        }
    }

    pub(super) fn exit_code(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// Both signals. From its creation on, neither ends the process at once.
pub(super) struct Interruptions {
    interrupt: Signal,
    terminate: Signal,
}

impl Interruptions {
    /// Needs a tokio runtime.
    pub(super) fn new() -> io::Result<Self> {
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    pub(super) async fn next(&mut self) -> Interruption {
        tokio::select! {
            _ = self.interrupt.recv() => Interruption::Interrupt,
            _ = self.terminate.recv() => Interruption::Terminate,
        }
    }
}

/// Receives the first signal, for a command that blocks its thread and looks now and then. A second
/// signal, or two more seconds, end the process.
pub(super) fn watch() -> io::Result<mpsc::Receiver<Interruption>> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let mut interruptions = runtime.block_on(async { Interruptions::new() })?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        runtime.block_on(async {
            let first = interruptions.next().await;
            let _ = sender.send(first);
            let last = timeout(GRACE, interruptions.next()).await.unwrap_or(first);
            process::exit(last.code().into());
        });
    });
    Ok(receiver)
}
