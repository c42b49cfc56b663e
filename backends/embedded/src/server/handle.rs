//! The handle of a server, which a test holds.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::{Clock, RunningClock};
use super::error::StartError;
use super::event_loop::EventLoop;
use super::listener::{
    SocketDirectory, UnixFile, UnixSocketPath, bind_tcp, bind_unix, choose_path,
};
use super::process_id::ProcessId;
use super::thread::ServerThread;
use super::url;
use crate::profile::Profile;
use crate::state::config::Config;

/// A Redis-compatible Pub/Sub server inside this process.
///
/// The server runs on its own thread and needs no runtime: start it, use it and drop it from sync
/// or async code. Dropping it closes every connection, joins the thread and frees the port.
///
/// The methods do what a client cannot: publish directly, list channels and subscribers, wait for
/// subscribers, let time pass, close or refuse connections, answer with errors, stop and restart the
/// server. A
/// call takes effect between two commands, and returns after that.
///
/// A forked child process cannot use the handle of its parent. There it is the handle of a stopped
/// server: [`is_running`](Self::is_running) is false, waiting and restarting fail with
/// [`WaitError::OtherProcess`](crate::WaitError) and [`StartError::OtherProcess`], and dropping it leaves the
/// parent's server alone.
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
    /// `None` while the server is stopped.
    running: Mutex<Option<Running>>,
    profile: Profile,
    /// The settings of every start. The running server has a copy, which `CONFIG SET` changes.
    config: Config,
    clock: Arc<RunningClock>,
    address: SocketAddr,
    /// The process that started the server.
    process: ProcessId,
    /// The temporary directory of the Unix socket, if there is one. It is dropped after the server.
    _directory: Option<SocketDirectory>,
}

/// A running server. The fields are dropped in order: the thread first, then the socket's file.
#[derive(Debug)]
struct Running {
    thread: ServerThread,
    _unix_file: Option<UnixFile>,
}

impl EmbeddedRedis {
    pub(super) fn start_with(
        profile: Profile,
        mut config: Config,
        clock: Clock,
        unix: &UnixSocketPath,
    ) -> Result<Self, StartError> {
        let (path, directory) = choose_path(unix)?;
        config.unix_path = path;
        let clock = Arc::new(clock.start());
        let (running, address) = bind_and_start(profile, &config, &clock)?;
        config.port = address.port();
        let running = Mutex::new(Some(running));
        let process = ProcessId::own();
        Ok(Self { running, profile, config, clock, address, process, _directory: directory })
    }

    /// Stops the server: every connection is closed, and the port refuses new ones.
    ///
    /// A stopped server has no clients, and publishing reaches no subscribers. `SHUTDOWN` of a client
    /// has the same effect.
    /// [`restart`](Self::restart) starts it again.
    pub fn stop(&self) {
        if let Some(mut running) = self.running() {
            *running = None;
        }
    }

    /// Starts the server again, with the same port, Unix socket and settings. Its clock goes on.
    /// Everything else is lost: clients, keys, planned failures. A running server is stopped first.
    ///
    /// # Errors
    ///
    /// If another program took the port meanwhile, the system is out of threads, or the process is
    /// a forked child of the one that started the server.
    pub fn restart(&self) -> Result<(), StartError> {
        let mut running = self.running().ok_or(StartError::OtherProcess)?;
        *running = None;
        *running = Some(bind_and_start(self.profile, &self.config, &self.clock)?.0);
        Ok(())
    }

    /// Whether the server runs. It does from the start on, unless it is stopped, or a client has sent
    /// `SHUTDOWN`.
    pub fn is_running(&self) -> bool {
        let running = self.running();
        running.is_some_and(|it| it.as_ref().is_some_and(|running| running.thread.is_running()))
    }

    /// Waits until the server does not run any more.
    pub async fn ended(&self) {
        let (sender, end) = oneshot::channel();
        self.send_job(|event_loop| event_loop.awaited_end.push(sender));
        // The sender is never used, only dropped with its server.
        let _ = end.await;
    }

    /// The address that the server listens on; the same after a restart.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The port that the server listens on; the same after a restart.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `redis://127.0.0.1:PORT`, with the password if there is one.
    pub fn url(&self) -> String {
        url::tcp(self.address, self.config.password.as_deref())
    }

    /// The URL for clients that speak RESP3: `redis://127.0.0.1:PORT/?protocol=resp3`.
    pub fn url_resp3(&self) -> String {
        format!("{}/?protocol=resp3", self.url())
    }

    /// The path of the Unix socket, if the server has one.
    pub fn unix_path(&self) -> Option<&Path> {
        self.config.unix_path.as_deref()
    }

    /// `redis+unix:///PATH`, with the password if there is one; `None` without a Unix socket.
    pub fn unix_url(&self) -> Option<String> {
        let password = self.config.password.as_deref();
        self.unix_path().map(|path| url::unix(path, password, None))
    }

    /// The same for clients that speak RESP3: `redis+unix:///PATH?protocol=resp3`.
    pub fn unix_url_resp3(&self) -> Option<String> {
        let password = self.config.password.as_deref();
        self.unix_path().map(|path| url::unix(path, password, Some("resp3")))
    }

    /// Runs `job` on the server's thread and returns its result; `None` if the server is stopped.
    ///
    /// Blocks until the server has finished its round, usually for microseconds.
    pub(super) fn run_job<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut EventLoop) -> T + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        self.send_job(move |event_loop| {
            // Sending cannot fail: the receiver is waiting below.
            let _ = sender.send(job(event_loop));
        });
        receiver.recv().ok()
    }

    /// Runs `job` on the server's thread, without waiting for it. A stopped server drops the job.
    pub(super) fn send_job(&self, job: impl FnOnce(&mut EventLoop) + Send + 'static) {
        if let Some(running) = self.running()
            && let Some(running) = &*running
        {
            running.thread.send(job);
        }
    }

    /// Locks the running server; `None` in a forked child, where a thread that only the parent has
    /// may hold the lock. A poisoned lock is usable: its content is consistent at any time.
    fn running(&self) -> Option<MutexGuard<'_, Option<Running>>> {
        let lock = || self.running.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_own().then(lock)
    }

    pub(super) fn clock(&self) -> &RunningClock {
        &self.clock
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile
    }

    /// Whether this process started the server.
    pub(super) fn is_own(&self) -> bool {
        self.process.is_own()
    }
}

/// Binds the sockets and starts the server. The caller's thread binds, so that the caller gets the
/// errors and the port.
fn bind_and_start(
    profile: Profile,
    config: &Config,
    clock: &Arc<RunningClock>,
) -> Result<(Running, SocketAddr), StartError> {
    let mut thread = ServerThread::spawn()?;
    let (tcp, address) = bind_tcp(SocketAddr::new(config.bind, config.port), config.backlog)?;
    let path = config.unix_path.as_deref();
    let unix = path.map(|path| bind_unix(path, config.backlog)).transpose()?;
    let (unix, file) = unix.unzip();
    let sockets = [tcp].into_iter().chain(unix).collect();
    let config = Config { port: address.port(), ..config.clone() };
    thread.serve(sockets, profile, config, Arc::clone(clock))?;
    Ok((Running { thread, _unix_file: file }, address))
}
