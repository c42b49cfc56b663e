use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{self, JoinSet};
use tokio::time;

use super::error::TapError;
use super::line::{Common, Line};
use super::pump;
use super::record::Record;
use super::{Shared, lock};
use crate::conversation::Name;
use crate::socket::Socket;

/// What the tap's thread is told.
#[derive(Debug)]
pub(super) enum Order {
    Listen { name: Name, listener: std::net::TcpListener },
    Finish { deadline: Duration, done: oneshot::Sender<Result<Record, TapError>> },
}

/// The tap's thread: listens as it is told to, until it is to finish or nobody is left to tell it.
pub(super) async fn run(shared: Arc<Shared>, mut orders: mpsc::UnboundedReceiver<Order>) {
    let common = Common::default();
    let mut doors = JoinSet::new();
    let (closing, closed) = tokio::sync::watch::channel(());
    while let Some(order) = orders.recv().await {
        match order {
            Order::Listen { name, listener } => {
                // Registering a fresh socket fails only without a reactor, and there is one.
                let Ok(listener) = TcpListener::from_std(listener) else { continue };
                let door = Door { name, listener, shared: Arc::clone(&shared) };
                doors.spawn_local(door.watch(common.clone(), closed.clone()));
            }
            Order::Finish { deadline, done } => {
                drop(closing);
                let outcome = match time::timeout(deadline, doors.join_all()).await {
                    Ok(_) => Ok(common.record.take()),
                    Err(_) => Err(TapError::StillOpen {
                        connections: common.open.borrow().iter().cloned().collect(),
                        after: deadline,
                    }),
                };
                // Whoever asked may have stopped waiting.
                let _ = done.send(outcome);
                return;
            }
        }
    }
}

/// The port of one name.
struct Door {
    name: Name,
    listener: TcpListener,
    shared: Arc<Shared>,
}

impl Door {
    /// Lets connections through until the tap closes, then waits for them to end.
    async fn watch(self, common: Common, mut closed: tokio::sync::watch::Receiver<()>) {
        let mut lines = JoinSet::new();
        let made = Rc::new(RefCell::new(0));
        loop {
            let client = tokio::select! {
                client = self.listener.accept() => client,
                // The sender never sends: this is its end.
                _ = closed.changed() => break,
            };
            if let Ok((client, _)) = client {
                lines.spawn_local(self.connect(client, common.clone(), Rc::clone(&made)));
            }
        }
        // Whoever knocked before the tap closed is let in.
        task::yield_now().await;
        while let Some(Ok((client, _))) = self.listener.accept().now_or_never() {
            lines.spawn_local(self.connect(client, common.clone(), Rc::clone(&made)));
        }
        lines.join_all().await;
    }

    fn connect(
        &self,
        client: tokio::net::TcpStream,
        common: Common,
        made: Rc<RefCell<usize>>,
    ) -> impl Future<Output = ()> + 'static {
        let shared = Arc::clone(&self.shared);
        let name = self.name.clone();
        async move {
            let upstream = lock(&shared.upstream).clone();
            let Ok(client) = Socket::tcp(client) else { return };
            // A server that refuses has heard nothing: no connection, and no number, is spent.
            let server = match upstream.connect().await {
                Ok(server) => server,
                Err(_) => return client.reset(),
            };
            let number = {
                let mut made = made.borrow_mut();
                *made += 1;
                *made
            };
            let name = if number == 1 { name } else { Name::new(&format!("{name}#{number}")) };
            let (injuries, watched) = {
                let all = lock(&shared.injuries);
                (all.get(&name).cloned().unwrap_or_default(), !all.is_empty())
            };
            common.open.borrow_mut().insert(name.clone());
            let track = common.record.borrow_mut().open(name.clone());
            let line = Line { track, common: common.clone(), injuries, watched };
            pump::pump(line, client, server).await;
            common.open.borrow_mut().remove(&name);
        }
    }
}
