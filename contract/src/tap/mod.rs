//! The recording proxy: a loopback port between each client under test and the server.
//!
//! The clients do not know of it. What they and the server say goes through at once and is kept
//! as bytes; frames are found when it is over, and turned back into bytes, to prove that nothing
//! was lost. On purpose, it can also hurt: see [`injury`].
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

pub mod injury;

mod delivery;
mod error;
mod line;
mod pump;
mod record;
mod relay;
mod scrub;
mod spoken;
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
pub use injury::Injury;
pub use record::Direction;

use crate::conversation::{Conversation, Name};
pub use crate::socket::Address;
use relay::Order;

/// A proxy with one loopback port for each named connection.
///
/// It lives on a thread of its own, so that blocking clients and clients of any runtime can talk
/// through it. Dropped without being finished, it cuts all connections and keeps nothing.
#[derive(Debug)]
pub struct Tap {
    shared: Arc<Shared>,
    ports: Mutex<HashMap<Name, SocketAddr>>,
    prefix: Bytes,
    orders: Option<mpsc::UnboundedSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// What may change while the tap runs; new connections look here.
#[derive(Debug)]
struct Shared {
    upstream: Mutex<Address>,
    injuries: Mutex<HashMap<Name, Vec<Injury>>>,
}

impl Tap {
    /// A tap in front of the server at `upstream`.
    pub fn start(upstream: impl Into<Address>) -> Result<Self, TapError> {
        let shared =
            Arc::new(Shared { upstream: Mutex::new(upstream.into()), injuries: Mutex::default() });
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(TapError::Start)?;
        let (orders, inbox) = mpsc::unbounded_channel();
        let seen = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("twincast-tap".to_owned())
            .spawn(move || LocalSet::new().block_on(&runtime, relay::run(seen, inbox)))
            .map_err(TapError::Start)?;
        Ok(Self {
            shared,
            ports: Mutex::default(),
            prefix: Bytes::new(),
            orders: Some(orders),
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
        self.order(Order::Listen { name: name.clone(), listener })?;
        ports.insert(name, port);
        Ok(port)
    }

    /// Sends connections that are made from now on elsewhere, as after a restart.
    pub fn redirect(&self, upstream: impl Into<Address>) {
        *lock(&self.shared.upstream) = upstream.into();
    }

    /// Hurts the connection of this very name, if it is made after this call. Several injuries of
    /// one connection act in the order in which they were given.
    pub fn injure(&self, connection: &str, injury: Injury) -> &Self {
        lock(&self.shared.injuries).entry(Name::new(connection)).or_default().push(injury);
        self
    }

    /// What was said, once every connection has ended. Waits no longer than `deadline` for that.
    pub async fn finish(mut self, deadline: Duration) -> Result<Conversation, TapError> {
        let (done, outcome) = oneshot::channel();
        self.order(Order::Finish { deadline, done })?;
        let record = outcome.await.map_err(|_| TapError::Gone)??;
        self.join();
        turns::conversation(record, &self.prefix)
    }

    /// [`Tap::finish`] for callers outside of async code.
    pub fn finish_blocking(mut self, deadline: Duration) -> Result<Conversation, TapError> {
        let (done, mut outcome) = oneshot::channel();
        self.order(Order::Finish { deadline, done })?;
        self.join();
        let record = outcome.try_recv().map_err(|_| TapError::Gone)??;
        turns::conversation(record, &self.prefix)
    }

    fn order(&self, order: Order) -> Result<(), TapError> {
        let orders = self.orders.as_ref().ok_or(TapError::Gone)?;
        orders.send(order).map_err(|_| TapError::Gone)
    }

    fn join(&mut self) {
        self.orders = None;
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
