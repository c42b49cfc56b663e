//! The recording proxy: a loopback port between each client under test and the server.
//!
//! The tap forwards bytes at once and records them; the clients do not notice it. When the
//! connections are closed, it decodes the frames and encodes them again, to prove that no byte was
//! lost. It can also inject faults: see [`fault`].
//!
//! Reading order: [`Tap`], `relay` (its thread), `copy` and `forward` (one connection), `line` (what happens to
//! it at any moment), `record` (the bytes), then `transcript` and `turns` (the conversation).
//!
//! ```no_run
//! # use std::time::Duration;
//! # use twincast::tap::{Tap, TapError};
//! # fn main() -> Result<(), TapError> {
//! # let server = std::net::SocketAddr::from(([127, 0, 0, 1], 6379));
//! let tap = Tap::start(server)?;
//! let alice = tap.listen("alice")?; // The client called alice connects to this port.
//! # let _ = alice;
//! let conversation = tap.finish_blocking(Duration::from_secs(5))?;
//! # Ok(()) }
//! ```

pub mod fault;

mod connection;
mod copy;
mod error;
mod forward;
mod line;
mod pubsub;
mod record;
mod relay;
mod strip;
mod transcript;
mod turns;

use std::collections::{HashMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

pub use error::TapError;
pub use fault::{Fault, PlannedFailure};
pub use line::Disturbance;
pub use record::Direction;

use crate::conversation::{Conversation, Name};
pub use crate::socket::Address;
use relay::{Command, Port};

/// A proxy with one loopback port for each named connection.
///
/// It runs on a thread of its own, so that it also serves blocking clients and clients of other
/// runtimes. Dropping it before [`Tap::finish`] cuts all connections and discards the record.
#[derive(Debug)]
pub struct Tap {
    settings: Arc<Settings>,
    ports: Mutex<HashMap<Name, SocketAddr>>,
    prefix: Bytes,
    commands: Option<mpsc::UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

/// The user of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// The scene, which closes its connections before the tap finishes.
    Scene,
    /// The code under test.
    Application,
}

/// Settings that may change while the tap runs. They apply to later connections.
#[derive(Debug)]
struct Settings {
    /// `None` while the server is down: connections are reset at once.
    upstream: Mutex<Option<Address>>,
    faults: Mutex<HashMap<Name, Vec<Fault>>>,
    /// By the name of the port, not of the connection.
    failures: Mutex<HashMap<Name, VecDeque<PlannedFailure>>>,
}

impl Tap {
    /// Starts a tap in front of the server at `upstream`.
    pub fn start(upstream: impl Into<Address>) -> Result<Self, TapError> {
        let settings = Arc::new(Settings {
            upstream: Mutex::new(Some(upstream.into())),
            faults: Mutex::default(),
            failures: Mutex::default(),
        });
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(TapError::Start)?;
        let (commands, received) = mpsc::unbounded_channel();
        let shared = Arc::clone(&settings);
        let thread = thread::Builder::new()
            .name("twincast-tap".to_owned())
            .spawn(move || LocalSet::new().block_on(&runtime, relay::run(shared, received)))
            .map_err(TapError::Start)?;
        Ok(Self {
            settings,
            ports: Mutex::default(),
            prefix: Bytes::new(),
            commands: Some(commands),
            thread: Some(thread),
        })
    }

    /// Removes `prefix` from every string of the conversation. On a shared server, a scenario puts
    /// a unique prefix before its channels, which is not part of the conversation.
    pub fn strip(mut self, prefix: impl Into<Bytes>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Returns the port for the connection called `name`: always the same port for the same name.
    /// The second connection to it is called `name#2`, and so on.
    pub fn listen(&self, name: &str) -> Result<SocketAddr, TapError> {
        self.listen_for(name, Owner::Scene)
    }

    /// Returns the port for the code under test. Its connections may stay open when the tap
    /// finishes, and when they are closed is not part of the conversation: many client libraries
    /// close in the background.
    pub fn listen_to_application(&self, name: &str) -> Result<SocketAddr, TapError> {
        self.listen_for(name, Owner::Application)
    }

    fn listen_for(&self, name: &str, owner: Owner) -> Result<SocketAddr, TapError> {
        let name = Name::new(name);
        let mut ports = lock(&self.ports);
        if let Some(port) = ports.get(&name) {
            return Ok(*port);
        }
        let failed = |reason| TapError::Listen { connection: name.clone(), reason };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let port = Port { name: name.clone(), owner };
        self.send(Command::Listen { port, listener })?;
        ports.insert(name, address);
        Ok(address)
    }

    /// Sends later connections to another server, for example after a restart.
    pub fn redirect(&self, upstream: impl Into<Address>) {
        *lock(&self.settings.upstream) = Some(upstream.into());
    }

    /// Resets later connections, until [`Tap::redirect`]. A server that is about to stop may still
    /// accept connections, and how many it accepts differs from run to run.
    pub fn disconnect(&self) {
        *lock(&self.settings.upstream) = None;
    }

    /// Injects a fault into the connection with exactly this name, if it is made after this call.
    /// Several faults of one connection act in the order in which they were injected.
    pub fn inject(&self, connection: &str, fault: Fault) -> &Self {
        lock(&self.settings.faults).entry(Name::new(connection)).or_default().push(fault);
        self
    }

    /// Answers a request on a connection of this name with an error, instead of sending it to the
    /// server. Must be called when nothing is under way: see [`Tap::drain`].
    pub fn fail_next(&self, name: &str, failure: PlannedFailure) -> Result<(), TapError> {
        let name = Name::new(name);
        if !lock(&self.ports).contains_key(&name) {
            return Err(TapError::UnknownName(name));
        }
        lock(&self.settings.failures).entry(name).or_default().push_back(failure);
        Ok(())
    }

    /// Returns an error if no request has met one of the planned failures.
    pub fn check_failures(&self) -> Result<(), TapError> {
        let failures = lock(&self.settings.failures);
        let unused = failures.iter().filter_map(|(name, it)| Some((name, it.front()?)));
        // The first by name: a message must not differ from run to run.
        match unused.min_by_key(|(name, _)| name.as_str()) {
            Some((name, failure)) => Err(failure.unused(name.clone())),
            None => Ok(()),
        }
    }

    /// Does something to all connections of this name, and returns how many there are.
    pub fn disturb(
        &self,
        name: &str,
        how: Disturbance,
    ) -> impl Future<Output = Result<usize, TapError>> + use<> {
        let (done, outcome) = oneshot::channel();
        let answer = self.ask(Command::Disturb { name: Name::new(name), how, done }, outcome);
        async { answer.await? }
    }

    /// Waits until everything that has arrived is forwarded, and returns how much has been recorded
    /// so far: if the number does not change from one call to the next, nothing happened in between.
    pub fn drain(&self) -> impl Future<Output = Result<u64, TapError>> + use<> {
        let (done, outcome) = oneshot::channel();
        self.ask(Command::Drain { done }, outcome)
    }

    /// Waits until every connection has ended, but no longer than `deadline`, and cuts those of the
    /// application. Returns the conversation.
    pub async fn finish(mut self, deadline: Duration) -> Result<Conversation, TapError> {
        let (done, outcome) = oneshot::channel();
        self.send(Command::Finish { deadline, done })?;
        let record = outcome.await.map_err(|_| TapError::Gone)??;
        self.join();
        turns::conversation(record, &self.prefix)
    }

    /// [`Tap::finish`] for callers outside async code.
    pub fn finish_blocking(mut self, deadline: Duration) -> Result<Conversation, TapError> {
        let (done, mut outcome) = oneshot::channel();
        self.send(Command::Finish { deadline, done })?;
        self.join();
        let record = outcome.try_recv().map_err(|_| TapError::Gone)??;
        turns::conversation(record, &self.prefix)
    }

    /// Cuts all connections, and returns the conversation up to here.
    pub fn cut_all(mut self) -> Result<Conversation, TapError> {
        let (done, mut outcome) = oneshot::channel();
        self.send(Command::CutAll { done })?;
        self.join();
        let record = outcome.try_recv().map_err(|_| TapError::Gone)?;
        turns::conversation(record, &self.prefix)
    }

    /// Sends a command at once. Its answer can be awaited without the tap.
    fn ask<T>(
        &self,
        command: Command,
        outcome: oneshot::Receiver<T>,
    ) -> impl Future<Output = Result<T, TapError>> + use<T> {
        let sent = self.send(command);
        async move {
            sent?;
            outcome.await.map_err(|_| TapError::Gone)
        }
    }

    fn send(&self, command: Command) -> Result<(), TapError> {
        let commands = self.commands.as_ref().ok_or(TapError::Gone)?;
        commands.send(command).map_err(|_| TapError::Gone)
    }

    fn join(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, its outcome is missing, which the caller reports.
            let _ = thread.join();
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.join();
    }
}

/// No code panics while it holds one of these locks, so the data of a poisoned lock is valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
