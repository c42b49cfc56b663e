use std::{sync::mpsc, thread, time::Duration};

use redis::{ConnectionInfo, PubSub, RedisResult, Value};
use tokio::{sync::oneshot, time};

use super::{DEADLINE, Message, SubscriptionChange};

/// `redis::PubSub` on a thread of its own, as in a program without a runtime. The thread executes
/// one command at a time.
///
/// The client has no timeout, because it would fail if the process is stopped and continued. The
/// scene has a deadline instead. If the client still waits then, its connection ends with the tap.
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

    /// Sends a command for each name. This client takes the first confirmation for all names of a
    /// command, and would take the others for answers to its next commands.
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
        // If the thread panicked, its connection is closed too. If it still waits for the server,
        // the tap ends its connection.
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

/// Messages that came before a PONG are queued inside the client, which returns them only from a
/// read. So this reads with the shortest timeout that can be set.
fn try_recv(client: &mut PubSub<'_>) -> Option<Message> {
    client.set_read_timeout(Some(Duration::from_micros(1))).ok()?;
    let message = client.get_message().ok();
    client.set_read_timeout(None).ok()?;
    message.as_ref().and_then(Message::from_client)
}

fn gone() -> redis::RedisError {
    std::io::Error::from(std::io::ErrorKind::ConnectionAborted).into()
}
