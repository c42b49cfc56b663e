//! A `redis-server` or `valkey-server` binary, started in a temporary directory of its own.
//!
//! - `binary`: finds the binary;
//! - `port`: reserves a port, so that no other process is given it;
//! - `log`: the server's log, and the line that means "ready";
//! - `run_dir`: the directory of all servers of this process, and the reaper that ends them with it;
//! - `orphans`: what is left of other processes if their reaper was killed too;
//! - `running`: the child process, from start to exit.

mod binary;
mod builder;
mod log;
mod orphans;
mod port;
mod run_dir;
mod running;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use rustix::process::Signal;

pub use self::builder::Builder;
use self::{port::Port, run_dir::ServerDir, running::Running};
use crate::Error;
pub use crate::env::SERVER_ENV;

/// A real server as a child process, on a loopback port and on a Unix socket.
///
/// It keeps its port while the server is stopped, so a restart cannot lose it. Dropping it kills
/// the server, waits for its exit and removes its directory. If the test process ends in any other
/// way, a reaper does the same; if the reaper is killed too, the next start does.
///
/// ```no_run
/// let mut server = twincast_redis::Process::start()?;
/// let addr = server.addr();
/// server.restart()?;
/// assert_eq!(server.addr(), addr);
/// # Ok::<(), twincast_redis::Error>(())
/// ```
#[derive(Debug)]
pub struct Process {
    binary: PathBuf,
    options: Vec<(String, String)>,
    /// The text in its log that means "ready".
    ready: String,
    port: Port,
    // Declared before the directory: the server must have ended when its directory is removed.
    running: Option<Running>,
    log: log::Log,
    dir: ServerDir,
}

impl Process {
    /// Starts the binary that `TWINCAST_REDIS_SERVER` names, else the first `redis-server` or
    /// `valkey-server` on PATH, with default settings and without persistence.
    pub fn start() -> Result<Self, Error> {
        Self::builder().start()
    }

    /// Configures another binary, a fixed port, or other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The server's address. A restart does not change it.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port.number()).into()
    }

    /// The address as a client's URL.
    pub fn url(&self) -> String {
        format!("redis://{}", self.addr())
    }

    /// The server's Unix socket.
    pub fn unix_path(&self) -> PathBuf {
        self.dir.path().join("redis.sock")
    }

    /// The Unix socket as a client's URL.
    pub fn unix_url(&self) -> String {
        format!("redis+unix://{}", self.unix_path().display())
    }

    /// The path of the server's binary.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// The server's process id; `None` while it is stopped.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }

    /// The last lines of the server's log, restarts included.
    pub fn log(&self) -> Vec<String> {
        self.log.tail()
    }

    /// Kills the server as a crash would: every connection ends, new ones are refused.
    /// Does nothing if the server is stopped.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Stops the server and starts it again at the same addresses, without its data.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.stop();
        self.launch()
    }

    /// Freezes the server: connections stay open, but it answers nothing until [`resume`].
    /// Does nothing if the server is stopped.
    ///
    /// [`resume`]: Self::resume
    pub fn pause(&self) -> Result<(), Error> {
        self.signal(Signal::STOP)
    }

    /// Resumes a paused server.
    pub fn resume(&self) -> Result<(), Error> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        self.running.as_ref().map_or(Ok(()), |running| running.signal(signal))
    }

    /// Whether our options make the server ask for a password.
    fn sets_password(&self) -> bool {
        let names = ["requirepass", "user", "aclfile"];
        self.options.iter().any(|(name, _)| names.contains(&name.as_str()))
    }

    fn launch(&mut self) -> Result<(), Error> {
        let socket = self.unix_path();
        let mut arguments = vec![
            ("port".into(), self.port.number().to_string()),
            ("bind".into(), Ipv4Addr::LOCALHOST.to_string()),
            ("unixsocket".into(), socket.display().to_string()),
            ("dir".into(), self.dir.path().display().to_string()),
            ("daemonize".into(), "no".into()),
            ("logfile".into(), String::new()),
            ("save".into(), String::new()),
            ("appendonly".into(), "no".into()),
        ];
        // The server lets later options override earlier ones.
        arguments.extend_from_slice(&self.options);
        let running = Running::start(&self.binary, &arguments, &self.dir, &self.ready, &self.log)?;
        let answer = running.ping(&socket)?;
        if answer.starts_with("-NOAUTH") && !self.sets_password() {
            return Err(Error::UnknownPassword { server: self.binary.display().to_string() });
        }
        self.running = Some(running);
        Ok(())
    }
}
