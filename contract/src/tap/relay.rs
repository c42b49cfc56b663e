use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{self, JoinSet};
use tokio::time;

use super::connection::{Connection, SharedState};
use super::copy;
use super::error::TapError;
use super::fault::Failures;
use super::line::{Disturbance, Line};
use super::record::Record;
use super::{Owner, Settings, lock};
use crate::conversation::Name;
use crate::socket::Socket;

/// A command for the tap's thread.
#[derive(Debug)]
pub(super) enum Command {
    Listen { port: Port, listener: std::net::TcpListener },
    Disturb { name: Name, how: Disturbance, done: oneshot::Sender<Result<usize, TapError>> },
    Drain { done: oneshot::Sender<u64> },
    Finish { deadline: Duration, done: oneshot::Sender<Result<Record, TapError>> },
    CutAll { done: oneshot::Sender<Record> },
}

/// The name and the user of the connections to one port.
#[derive(Clone, Debug)]
pub(super) struct Port {
    pub(super) name: Name,
    pub(super) owner: Owner,
}

/// Runs the tap's thread: opens listeners until it is told to finish or the [`Tap`](super::Tap) is
/// dropped.
pub(super) async fn run(settings: Arc<Settings>, mut commands: mpsc::UnboundedReceiver<Command>) {
    let state = SharedState::default();
    let mut listeners = JoinSet::new();
    let mut lines: HashMap<Name, watch::Sender<Line>> = HashMap::new();
    let (closing, closed) = watch::channel(());
    while let Some(command) = commands.recv().await {
        // The caller of a command may have stopped waiting.
        match command {
            Command::Listen { port, listener } => {
                // Registering a fresh socket fails only without a reactor, and there is one.
                let Ok(listener) = TcpListener::from_std(listener) else { continue };
                let line = lines.entry(port.name.clone()).or_default().subscribe();
                let settings = Arc::clone(&settings);
                let listener = NamedListener { port, listener, settings, line };
                listeners.spawn_local(listener.accept_all(state.clone(), closed.clone()));
            }
            Command::Disturb { name, how, done } => {
                let Some(line) = lines.get(&name) else {
                    let _ = done.send(Err(TapError::UnknownName(name)));
                    continue;
                };
                let count = state.open_of(&name);
                line.send_modify(|line| line.disturb(how));
                if how == Disturbance::Cut {
                    drain(&state).await;
                }
                let _ = done.send(Ok(count));
            }
            Command::Drain { done } => {
                let _ = done.send(drain(&state).await);
            }
            Command::Finish { deadline, done } => {
                drop(closing);
                let outcome = match time::timeout(deadline, listeners.join_all()).await {
                    Ok(_) => Ok(state.record.take()),
                    Err(_) => Err(TapError::StillOpen {
                        connections: state.open.borrow().iter().cloned().collect(),
                        after: deadline,
                    }),
                };
                let _ = done.send(outcome);
                return;
            }
            Command::CutAll { done } => {
                drain(&state).await;
                let _ = done.send(state.record.take());
                return;
            }
        }
    }
}

/// Runs the connections until none of them has anything left to forward.
async fn drain(state: &SharedState) -> u64 {
    // A connection may need a few rounds: one to notice that bytes have arrived, one to read them.
    const QUIET_ROUNDS: usize = 4;
    let (mut size, mut quiet) = (state.record.borrow().size(), 0);
    while quiet < QUIET_ROUNDS {
        task::yield_now().await;
        let now = state.record.borrow().size();
        quiet = if now == size { quiet + 1 } else { 0 };
        size = now;
    }
    size
}

/// The listener for the connections of one name.
struct NamedListener {
    port: Port,
    listener: TcpListener,
    settings: Arc<Settings>,
    line: watch::Receiver<Line>,
}

impl NamedListener {
    /// Accepts connections until the tap closes. Then it waits until those of the scene have ended,
    /// and cuts those of the application.
    async fn accept_all(self, state: SharedState, mut closed: watch::Receiver<()>) {
        let mut connections = JoinSet::new();
        let count = Rc::new(RefCell::new(0));
        loop {
            let client = tokio::select! {
                client = self.listener.accept() => client,
                // The sender never sends: a change means that it was dropped.
                _ = closed.changed() => break,
            };
            if let Ok((client, _)) = client {
                connections.spawn_local(self.connect(client, state.clone(), Rc::clone(&count)));
            }
        }
        if self.port.owner == Owner::Application {
            return connections.shutdown().await;
        }
        // Connections that were made before the tap closed are still accepted.
        task::yield_now().await;
        while let Some(Ok((client, _))) = self.listener.accept().now_or_never() {
            connections.spawn_local(self.connect(client, state.clone(), Rc::clone(&count)));
        }
        connections.join_all().await;
    }

    fn connect(
        &self,
        client: tokio::net::TcpStream,
        state: SharedState,
        count: Rc<RefCell<usize>>,
    ) -> impl Future<Output = ()> + 'static {
        let settings = Arc::clone(&self.settings);
        let Port { name, owner } = self.port.clone();
        let line = self.line.clone();
        async move {
            let upstream = lock(&settings.upstream).clone();
            let Ok(client) = Socket::tcp(client) else { return };
            let upstream = upstream.filter(|_| !line.borrow().refuses);
            let Some(upstream) = upstream else { return client.reset() };
            // A connection that the server refuses is not recorded and gets no number.
            let server = match upstream.connect().await {
                Ok(server) => server,
                Err(_) => return client.reset(),
            };
            let number = {
                let mut count = count.borrow_mut();
                *count += 1;
                *count
            };
            let failures = Failures::new(Arc::clone(&settings), name.clone());
            let name = if number == 1 { name } else { Name::new(&format!("{name}#{number}")) };
            let (faults, is_observed) = {
                let all = lock(&settings.faults);
                (all.get(&name).cloned().unwrap_or_default(), !all.is_empty())
            };
            state.open.borrow_mut().insert(name.clone());
            let id = state.record.borrow_mut().open(name.clone(), owner);
            let connection =
                Connection { id, state: state.clone(), faults, failures, is_observed, line };
            copy::copy_bidirectional(connection, client, server).await;
            state.open.borrow_mut().remove(&name);
        }
    }
}
