use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{self, JoinSet};
use tokio::time;

use super::connection::{Connection, SharedState};
use super::copy;
use super::error::TapError;
use super::record::Record;
use super::{Settings, lock};
use crate::conversation::Name;
use crate::socket::Socket;

/// A command for the tap's thread.
#[derive(Debug)]
pub(super) enum Command {
    Listen { name: Name, listener: std::net::TcpListener },
    Finish { deadline: Duration, done: oneshot::Sender<Result<Record, TapError>> },
}

/// Runs the tap's thread: opens listeners until it is told to finish or the [`Tap`](super::Tap) is
/// dropped.
pub(super) async fn run(settings: Arc<Settings>, mut commands: mpsc::UnboundedReceiver<Command>) {
    let state = SharedState::default();
    let mut listeners = JoinSet::new();
    let (closing, closed) = tokio::sync::watch::channel(());
    while let Some(command) = commands.recv().await {
        match command {
            Command::Listen { name, listener } => {
                // Registering a fresh socket fails only without a reactor, and there is one.
                let Ok(listener) = TcpListener::from_std(listener) else { continue };
                let listener = NamedListener { name, listener, settings: Arc::clone(&settings) };
                listeners.spawn_local(listener.accept_all(state.clone(), closed.clone()));
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
                // The caller may have stopped waiting.
                let _ = done.send(outcome);
                return;
            }
        }
    }
}

/// The listener for the connections of one name.
struct NamedListener {
    name: Name,
    listener: TcpListener,
    settings: Arc<Settings>,
}

impl NamedListener {
    /// Accepts connections until the tap closes, then waits for them to end.
    async fn accept_all(self, state: SharedState, mut closed: tokio::sync::watch::Receiver<()>) {
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
        let name = self.name.clone();
        async move {
            let upstream = lock(&settings.upstream).clone();
            let Ok(client) = Socket::tcp(client) else { return };
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
            let name = if number == 1 { name } else { Name::new(&format!("{name}#{number}")) };
            let (faults, is_observed) = {
                let all = lock(&settings.faults);
                (all.get(&name).cloned().unwrap_or_default(), !all.is_empty())
            };
            state.open.borrow_mut().insert(name.clone());
            let id = state.record.borrow_mut().open(name.clone());
            let connection = Connection { id, state: state.clone(), faults, is_observed };
            copy::copy_bidirectional(connection, client, server).await;
            state.open.borrow_mut().remove(&name);
        }
    }
}
