use std::{
    io::{self, Write},
    os::unix::{net::UnixStream, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{
    log::Log,
    run_dir::{RunDir, ServerDir},
};
use crate::{Error, probe};

/// Starts take about 30 ms. The limit is for a binary that is no server.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A shell with the server's pid, which becomes the server once the reaper knows that pid. If this
/// process is killed before, the shell's input ends, and no server starts.
const GATE: &str = r#"read -r go && exec "$@" </dev/null"#;

/// A running server. Dropping it kills the server and waits for its exit.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Tells the reaper of the server's end.
    run: Arc<RunDir>,
    // Only `drop` takes it.
    reader: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts a server, and returns once `ready` is in its log.
    pub(super) fn start(
        binary: &Path,
        options: &[(String, String)],
        dir: &ServerDir,
        ready: &str,
        log: &Log,
    ) -> Result<Self, Error> {
        // One pipe for both streams: the log goes to stdout, errors in the options to stderr.
        let (output, writer) = io::pipe().map_err(Error::io("make a pipe"))?;
        let also = writer.try_clone().map_err(Error::io("make a pipe"))?;
        let mut child = Command::new("/bin/sh")
            .args(["-c", GATE, "twincast-server"])
            .arg(binary)
            .args(options.iter().flat_map(|(name, value)| [format!("--{name}"), value.clone()]))
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(writer)
            .stderr(also)
            // A process group of its own: Ctrl-C reaches the tests only, which end the server, and
            // a wrapper script is killed together with the server that it starts.
            .process_group(0)
            .spawn()
            .map_err(Error::io("start a server"))?;

        let gate = child.stdin.take();
        let mut running = Self { child, run: Arc::clone(dir.run()), reader: None };
        running.run.started(running.pid())?;
        if let Some(mut gate) = gate {
            gate.write_all(b"go\n").map_err(Error::io("start a server"))?;
        }

        let (sender, is_ready) = sync_channel(1);
        let (followed, ready) = (log.clone(), ready.to_owned());
        running.reader = Some(thread::spawn(move || followed.follow(output, &ready, sender)));

        let server = binary.display().to_string();
        match is_ready.recv_timeout(START_TIMEOUT) {
            Ok(()) => Ok(running),
            Err(RecvTimeoutError::Disconnected) => {
                let status = running.child.wait().map_err(Error::io("wait for the server"))?;
                Err(Error::ExitedAtStart { server, status: status.to_string(), log: log.tail() })
            }
            Err(RecvTimeoutError::Timeout) => {
                Err(Error::NotReady { server, after: START_TIMEOUT, log: log.tail() })
            }
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<(), Error> {
        kill_process_group(Pid::from_child(&self.child), signal)
            .map_err(|errno| Error::io("signal the server")(errno.into()))
    }

    /// Proves what the log said: the server answers on its socket. Returns the answer, which is an
    /// error if the server asks for a password.
    pub(super) fn ping(&self, socket: &Path) -> Result<String, Error> {
        let answer = UnixStream::connect(socket).and_then(|mut stream| {
            stream.set_read_timeout(Some(START_TIMEOUT))?;
            probe::command(&mut stream, &["PING"])
        });
        answer.map_err(Error::io("ping the server on its Unix socket"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.run.is_own() {
            return;
        }
        let _ = self.signal(Signal::KILL);
        self.run.ended(self.pid());
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
