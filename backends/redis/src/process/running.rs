use std::{
    io,
    os::unix::{net::UnixStream, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::log::Log;
use crate::{Error, probe, reaper::Reaper};

/// Starts take about 30 ms. The limit is for a binary that is no server.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A running server. Dropping it kills the server and waits for its exit.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    // Only `drop` takes them.
    reaper: Option<Reaper>,
    reader: Option<JoinHandle<()>>,
}

/// The server's directory, and its Unix socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paths<'a> {
    pub(super) dir: &'a Path,
    pub(super) socket: &'a Path,
}

impl Running {
    /// Starts a server, and returns once `ready` is in its log and it answers on its socket.
    pub(super) fn start(
        binary: &Path,
        options: &[(String, String)],
        Paths { dir, socket }: Paths<'_>,
        ready: &str,
        log: &Log,
    ) -> Result<Self, Error> {
        // One pipe for both streams: the log goes to stdout, errors in the options to stderr.
        let (output, writer) = io::pipe().map_err(Error::io("make a pipe"))?;
        let also = writer.try_clone().map_err(Error::io("make a pipe"))?;
        let child = Command::new(binary)
            .args(options.iter().flat_map(|(name, value)| [format!("--{name}"), value.clone()]))
            .current_dir(dir)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(also)
            // A process group of its own: Ctrl-C reaches the tests only, which end the server, and
            // a wrapper script is killed together with the server that it starts.
            .process_group(0)
            .spawn()
            .map_err(|source| Error::CannotRunBinary { path: binary.to_owned(), source })?;

        let mut running = Self { child, reaper: None, reader: None };
        running.reaper = Some(running.start_reaper(dir)?);

        let (sender, is_ready) = sync_channel(1);
        let (followed, ready) = (log.clone(), ready.to_owned());
        running.reader = Some(thread::spawn(move || followed.follow(output, &ready, sender)));

        let server = binary.display().to_string();
        match is_ready.recv_timeout(START_TIMEOUT) {
            Ok(()) => running.ping(socket).map(|()| running),
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

    fn start_reaper(&self, dir: &Path) -> Result<Reaper, Error> {
        let (pid, dir) = (self.pid().to_string(), dir.to_string_lossy());
        Reaper::new("kill -s KILL -- \"-$1\"; rm -rf -- \"$2\"", &[&pid, &dir])
            .map_err(Error::io("start the server's reaper"))
    }

    /// Proves what the log said: the server answers on its socket.
    fn ping(&self, socket: &Path) -> Result<(), Error> {
        let pong = UnixStream::connect(socket).and_then(|mut stream| {
            stream.set_read_timeout(Some(START_TIMEOUT))?;
            probe::command(&mut stream, &["PING"])
        });
        // With `requirepass` the reply is an error, which is enough here.
        pong.map(drop).map_err(Error::io("ping the server on its Unix socket"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The reaper goes first: after `wait` another process may have the pid that it would kill.
        if let Some(reaper) = self.reaper.take() {
            reaper.disarm();
        }
        let _ = self.signal(Signal::KILL);
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
