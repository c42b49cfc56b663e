//! What a test holds.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use super::error::StartError;
use super::event_loop::EventLoop;
use super::listener::{UnixFile, UnixSocketPath, bind_tcp, bind_unix, choose_path};
use super::thread::ServerThread;
use super::url;
use crate::profile::Profile;
use crate::state::config::Config;

/// A Redis-compatible Pub/Sub server inside this process.
///
/// It lives on a thread of its own and needs no runtime: start it, use it and drop it anywhere, from
/// sync or async code. Dropping it closes every connection, joins the thread and frees the port.
///
/// What a port cannot give is here: publish directly, look at channels and subscribers, wait until
/// somebody listens, drop connections, refuse them, receiver with an error, stop and start again.
/// These calls take effect between two commands and return when they have.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use std::time::Duration;
/// use twincast_embedded::EmbeddedRedis;
///
/// let redis = EmbeddedRedis::start()?;
/// let mut subscriber = TcpStream::connect(redis.addr())?;
/// subscriber.write_all(b"SUBSCRIBE news\r\n")?;
///
/// redis.wait_for_subscribers("news", 1, Duration::from_secs(5))?;
/// assert_eq!(redis.publish("news", "hello"), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EmbeddedRedis {
    /// Nothing while the server is stopped.
    running: Mutex<Option<Running>>,
    profile: Profile,
    /// The settings that a start begins with; the server has a copy, which CONFIG SET changes.
    config: Config,
    address: SocketAddr,
    /// Where the Unix socket is, if it was given a place of its own. Goes after the server.
    _directory: Option<TempDir>,
}

/// A started server, in the order in which it ends: the thread first, then the socket's file.
#[derive(Debug)]
struct Running {
    thread: ServerThread,
    _unix_file: Option<UnixFile>,
}

impl EmbeddedRedis {
    pub(super) fn start_with(
        profile: Profile,
        mut config: Config,
        unix: &UnixSocketPath,
    ) -> Result<Self, StartError> {
        let (path, directory) = choose_path(unix)?;
        config.unix_path = path;
        let (running, address) = begin(profile, &config)?;
        config.port = address.port();
        let running = Mutex::new(Some(running));
        Ok(Self { running, profile, config, address, _directory: directory })
    }

    /// Stops the server: every connection is closed and the port refuses new ones.
    ///
    /// Until [`restart`](Self::restart), nobody is connected, and publishing reaches nobody.
    pub fn stop(&self) {
        *self.running() = None;
    }

    /// Starts again, on the same port and Unix socket and with the same settings, with nothing else
    /// left of what was: no clients, no keys, no planned failures. Stops first if need be.
    ///
    /// # Errors
    ///
    /// If somebody else took the port meanwhile, or the system is out of threads.
    pub fn restart(&self) -> Result<(), StartError> {
        let mut running = self.running();
        *running = None;
        *running = Some(begin(self.profile, &self.config)?.0);
        Ok(())
    }

    /// Whether it runs: from the start on, unless stopped.
    pub fn is_running(&self) -> bool {
        self.running().is_some()
    }

    /// The address that it listens on; the same after a restart.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The port that it listens on; the same after a restart.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `redis://127.0.0.1:PORT`, with the password if there is one.
    pub fn url(&self) -> String {
        url::tcp(self.address, self.config.password.as_deref())
    }

    /// The same for clients that shall speak RESP3: `redis://127.0.0.1:PORT/?protocol=resp3`.
    pub fn url_resp3(&self) -> String {
        format!("{}/?protocol=resp3", self.url())
    }

    /// The path of the Unix socket, if it was asked for.
    pub fn unix_path(&self) -> Option<&Path> {
        self.config.unix_path.as_deref()
    }

    /// `redis+unix:///PATH`, if a Unix socket was asked for.
    pub fn unix_url(&self) -> Option<String> {
        let password = self.config.password.as_deref();
        self.unix_path().map(|path| url::unix(path, password))
    }

    /// Runs `job` on the server's thread and returns its result; `None` if the server is stopped.
    ///
    /// Blocks until the server has finished its round: microseconds as a rule.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut EventLoop) -> T + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        self.send(move |event_loop| {
            // The caller waits below.
            let _ = sender.send(job(event_loop));
        });
        receiver.recv().ok()
    }

    /// Runs `job` on the server's thread, without waiting for it. If the server is stopped, drops it.
    pub(super) fn send(&self, job: impl FnOnce(&mut EventLoop) + Send + 'static) {
        if let Some(running) = &*self.running() {
            running.thread.send(job);
        }
    }

    /// A panic elsewhere does not spoil the lock: its content is whole at any time.
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Binds and starts. It binds in the caller's thread, so that errors and the port are known here.
fn begin(profile: Profile, config: &Config) -> Result<(Running, SocketAddr), StartError> {
    let mut thread = ServerThread::spawn()?;
    let (tcp, address) = bind_tcp(SocketAddr::new(config.bind, config.port))?;
    let (unix, file) = config.unix_path.as_deref().map(bind_unix).transpose()?.unzip();
    let sockets = [tcp].into_iter().chain(unix).collect();
    let config = Config { port: address.port(), ..config.clone() };
    thread.serve(sockets, profile, config)?;
    Ok((Running { thread, _unix_file: file }, address))
}
