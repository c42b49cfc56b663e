use std::{sync::mpsc, thread, time::Duration};

use redis::{ConnectionInfo, PubSub, RedisResult, Value};
use tokio::{sync::oneshot, time};

use super::{Change, DEADLINE, Message};

/// `redis::PubSub` on a thread of its own, as a program without a runtime has it. The thread does
/// one thing at a time, when it is told to.
///
/// The client waits without a timeout, which would turn a stop of the process into an error of
/// the client. It is the scene that waits no longer than its deadline; the connection of a client
/// that still does ends with the tap.
pub(crate) struct Resp2Blocking {
    orders: mpsc::Sender<Order>,
    ended: oneshot::Receiver<()>,
}

enum Order {
    Change(Change, Vec<Vec<u8>>, oneshot::Sender<RedisResult<()>>),
    Next(oneshot::Sender<Option<Message>>),
    Ping(String, oneshot::Sender<RedisResult<Value>>),
    Arrived(oneshot::Sender<Option<Message>>),
}

impl Resp2Blocking {
    pub(super) async fn connect(info: ConnectionInfo) -> RedisResult<Self> {
        let (orders, inbox) = mpsc::channel();
        let (connected, connection) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        thread::Builder::new().name("twincast-listener".to_owned()).spawn(move || {
            match redis::Client::open(info).and_then(|client| client.get_connection()) {
                Ok(mut connection) => {
                    let _ = connected.send(Ok(()));
                    listen(connection.as_pubsub(), &inbox);
                }
                Err(error) => drop(connected.send(Err(error))),
            }
            let _ = end.send(());
        })?;
        connection.await.map_err(|_| gone())??;
        Ok(Self { orders, ended })
    }

    /// Each name is a command of its own: this client takes the first confirmation for all of
    /// them, and would take the others for answers to what it asks next.
    pub(super) async fn change(&self, change: Change, names: Vec<Vec<u8>>) -> RedisResult<()> {
        if names.is_empty() {
            return self.order(|answer| Order::Change(change, names, answer)).await?;
        }
        for name in names {
            self.order(|answer| Order::Change(change, vec![name], answer)).await??;
        }
        Ok(())
    }

    pub(super) async fn next(&self) -> Option<Message> {
        self.order(Order::Next).await.ok()?
    }

    pub(super) async fn ping(&self, payload: String) -> RedisResult<Value> {
        self.order(|answer| Order::Ping(payload, answer)).await?
    }

    pub(super) async fn arrived(&self) -> Option<Message> {
        self.order(Order::Arrived).await.ok()?
    }

    /// The client unsubscribes from everything before it closes.
    pub(super) async fn close(self) {
        drop(self.orders);
        // A thread that ended without a word has closed its connection too; one that still waits
        // for the server is left to the tap.
        let _ = time::timeout(DEADLINE, self.ended).await;
    }

    async fn order<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> RedisResult<T> {
        let (answer, answered) = oneshot::channel();
        self.orders.send(order(answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

/// Whoever gave an order may have stopped waiting for its answer, which then goes nowhere.
fn listen(mut client: PubSub<'_>, inbox: &mpsc::Receiver<Order>) {
    for order in inbox {
        match order {
            Order::Change(change, names, answer) => {
                let _ = answer.send(match change {
                    Change::Subscribe => client.subscribe(names),
                    Change::Unsubscribe => client.unsubscribe(names),
                    Change::Psubscribe => client.psubscribe(names),
                    Change::Punsubscribe => client.punsubscribe(names),
                });
            }
            Order::Next(answer) => {
                let _ =
                    answer.send(client.get_message().ok().as_ref().and_then(Message::from_client));
            }
            Order::Ping(payload, answer) => {
                let _ = answer.send(client.ping_message(payload));
            }
            Order::Arrived(answer) => {
                let _ = answer.send(arrived(&mut client));
            }
        }
    }
}

/// What came before a PONG waits inside the client, which has no way to ask for it without
/// reading on. So it reads on, for as short a time as can be set.
fn arrived(client: &mut PubSub<'_>) -> Option<Message> {
    client.set_read_timeout(Some(Duration::from_micros(1))).ok()?;
    let message = client.get_message().ok();
    client.set_read_timeout(None).ok()?;
    message.as_ref().and_then(Message::from_client)
}

fn gone() -> redis::RedisError {
    std::io::Error::from(std::io::ErrorKind::ConnectionAborted).into()
}
