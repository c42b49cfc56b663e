//! The recording proxy: a loopback port between each client under test and the server.
//!
//! The clients do not know of it. It forwards bytes at once and records them. When the connections
//! are closed it decodes the frames, and encodes them again to prove that nothing was lost. It can
//! also inject faults: see [`fault`].
//!
//! ```no_run
//! # use std::time::Duration;
//! # use twincast::tap::{Tap, TapError};
//! # fn main() -> Result<(), TapError> {
//! # let server = std::net::SocketAddr::from(([127, 0, 0, 1], 6379));
//! let tap = Tap::start(server)?;
//! let alice = tap.listen("alice")?; // Where the client called alice connects to.
//! # let _ = alice;
//! let conversation = tap.finish_blocking(Duration::from_secs(5))?;
//! # Ok(()) }
//! ```

pub mod fault;

mod connection;
mod copy;
mod error;
mod forward;
mod pubsub;
mod record;
mod relay;
mod strip;
mod transcript;
mod turns;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

pub use error::TapError;
pub use fault::Fault;
pub use record::Direction;

use crate::conversation::{Conversation, Name};
pub use crate::socket::Address;
use relay::Command;

/// A proxy with one loopback port for each named connection.
///
/// It lives on a thread of its own, so that blocking clients and clients of any runtime can talk
/// through it. Dropped without being finished, it cuts all connections and keeps nothing.
#[derive(Debug)]
pub struct Tap {
    settings: Arc<Settings>,
    ports: Mutex<HashMap<Name, SocketAddr>>,
    prefix: Bytes,
    commands: Option<mpsc::UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

/// Settings that may change while the tap runs. They apply to connections that are made afterwards.
#[derive(Debug)]
struct Settings {
    upstream: Mutex<Address>,
    faults: Mutex<HashMap<Name, Vec<Fault>>>,
}

impl Tap {
    /// A tap in front of the server at `upstream`.
    pub fn start(upstream: impl Into<Address>) -> Result<Self, TapError> {
        let settings =
            Arc::new(Settings { upstream: Mutex::new(upstream.into()), faults: Mutex::default() });
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

    /// Leaves `prefix` out of every string of the conversation. On a shared server a scenario
    /// gives its channels a prefix of its own, which is no part of what was said.
    pub fn strip(mut self, prefix: impl Into<Bytes>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The port for the connection called `name`; always the same one for the same name. The
    /// second connection made to it is called `name#2`, and so on.
    pub fn listen(&self, name: &str) -> Result<SocketAddr, TapError> {
        let name = Name::new(name);
        let mut ports = lock(&self.ports);
        if let Some(port) = ports.get(&name) {
            return Ok(*port);
        }
        let failed = |source| TapError::Listen { connection: name.clone(), source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?;
        self.send(Command::Listen { name: name.clone(), listener })?;
        ports.insert(name, port);
        Ok(port)
    }

    /// Sends connections that are made from now on elsewhere, as after a restart.
    pub fn redirect(&self, upstream: impl Into<Address>) {
        *lock(&self.settings.upstream) = upstream.into();
    }

    /// Injects a fault into the connection of exactly this name, if it is made after this call.
    /// Several faults of one connection act in the order in which they were given.
    pub fn inject(&self, connection: &str, fault: Fault) -> &Self {
        lock(&self.settings.faults).entry(Name::new(connection)).or_default().push(fault);
        self
    }

    /// What was said, once every connection has ended. Waits no longer than `deadline` for that.
    pub async fn finish(mut self, deadline: Duration) -> Result<Conversation, TapError> {
        let (done, outcome) = oneshot::channel();
        self.send(Command::Finish { deadline, done })?;
        let record = outcome.await.map_err(|_| TapError::Gone)??;
        self.join();
        turns::conversation(record, &self.prefix)
    }

    /// [`Tap::finish`] for callers outside of async code.
    pub fn finish_blocking(mut self, deadline: Duration) -> Result<Conversation, TapError> {
        let (done, mut outcome) = oneshot::channel();
        self.send(Command::Finish { deadline, done })?;
        self.join();
        let record = outcome.try_recv().map_err(|_| TapError::Gone)??;
        turns::conversation(record, &self.prefix)
    }

    fn send(&self, command: Command) -> Result<(), TapError> {
        let commands = self.commands.as_ref().ok_or(TapError::Gone)?;
        commands.send(command).map_err(|_| TapError::Gone)
    }

    fn join(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // A panic of that thread shows as an outcome that never came.
            let _ = thread.join();
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.join();
    }
}

/// Nothing can panic while one of these locks is held, so a poisoned one is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
