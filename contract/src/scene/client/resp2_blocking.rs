use std::{sync::mpsc, thread, time::Duration};

use redis::{ConnectionInfo, PubSub, RedisResult, Value};
use tokio::{sync::oneshot, time};

use super::{DEADLINE, Message, SubscriptionChange};

/// `redis::PubSub` on a thread of its own, as a program without a runtime has it. The thread does
/// one thing at a time, when it is told to.
///
/// The client waits without a timeout, which would turn a stop of the process into an error of
/// the client. It is the scene that waits no longer than its deadline; the connection of a client
/// that still does ends with the tap.
pub(crate) struct Resp2Blocking {
    commands: mpsc::Sender<Command>,
    ended: oneshot::Receiver<()>,
}

enum Command {
    Change(SubscriptionChange, Vec<Vec<u8>>, oneshot::Sender<RedisResult<()>>),
    Next(oneshot::Sender<Option<Message>>),
    Ping(String, oneshot::Sender<RedisResult<Value>>),
    TryRecv(oneshot::Sender<Option<Message>>),
}

impl Resp2Blocking {
    pub(super) async fn connect(info: ConnectionInfo) -> RedisResult<Self> {
        let (commands, received) = mpsc::channel();
        let (connected, connection) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        thread::Builder::new().name("twincast-subscriber".to_owned()).spawn(move || {
            match redis::Client::open(info).and_then(|client| client.get_connection()) {
                Ok(mut connection) => {
                    let _ = connected.send(Ok(()));
                    run(connection.as_pubsub(), &received);
                }
                Err(error) => drop(connected.send(Err(error))),
            }
            let _ = end.send(());
        })?;
        connection.await.map_err(|_| gone())??;
        Ok(Self { commands, ended })
    }

    /// Each name is a command of its own: this client takes the first confirmation for all of
    /// them, and would take the others for answers to what it asks next.
    pub(super) async fn change(
        &self,
        change: SubscriptionChange,
        names: Vec<Vec<u8>>,
    ) -> RedisResult<()> {
        if names.is_empty() {
            return self.send(|answer| Command::Change(change, names, answer)).await?;
        }
        for name in names {
            self.send(|answer| Command::Change(change, vec![name], answer)).await??;
        }
        Ok(())
    }

    pub(super) async fn next(&self) -> Option<Message> {
        self.send(Command::Next).await.ok()?
    }

    pub(super) async fn ping(&self, payload: String) -> RedisResult<Value> {
        self.send(|answer| Command::Ping(payload, answer)).await?
    }

    pub(super) async fn try_recv(&self) -> Option<Message> {
        self.send(Command::TryRecv).await.ok()?
    }

    /// The client unsubscribes from everything before it closes.
    pub(super) async fn close(self) {
        drop(self.commands);
        // A thread that ended without a word has closed its connection too; one that still waits
        // for the server is left to the tap.
        let _ = time::timeout(DEADLINE, self.ended).await;
    }

    async fn send<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> RedisResult<T> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(command(answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

/// Executes commands until the sender is dropped. A caller that stopped waiting gets no answer.
fn run(mut client: PubSub<'_>, commands: &mpsc::Receiver<Command>) {
    for command in commands {
        match command {
            Command::Change(change, names, answer) => {
                let _ = answer.send(match change {
                    SubscriptionChange::Subscribe => client.subscribe(names),
                    SubscriptionChange::Unsubscribe => client.unsubscribe(names),
                    SubscriptionChange::Psubscribe => client.psubscribe(names),
                    SubscriptionChange::Punsubscribe => client.punsubscribe(names),
                });
            }
            Command::Next(answer) => {
                let _ =
                    answer.send(client.get_message().ok().as_ref().and_then(Message::from_client));
            }
            Command::Ping(payload, answer) => {
                let _ = answer.send(client.ping_message(payload));
            }
            Command::TryRecv(answer) => {
                let _ = answer.send(try_recv(&mut client));
            }
        }
    }
}

/// What came before a PONG waits inside the client, which has no way to ask for it without
/// reading on. So it reads on, for as short a time as can be set.
fn try_recv(client: &mut PubSub<'_>) -> Option<Message> {
    client.set_read_timeout(Some(Duration::from_micros(1))).ok()?;
    let message = client.get_message().ok();
    client.set_read_timeout(None).ok()?;
    message.as_ref().and_then(Message::from_client)
}

fn gone() -> redis::RedisError {
    std::io::Error::from(std::io::ErrorKind::ConnectionAborted).into()
}
