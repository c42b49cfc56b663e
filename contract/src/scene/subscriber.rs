use std::sync::Arc;

use super::{
    Failure, Message, SceneError, SubscriberTask,
    client::{SubscriberConnection, SubscriptionChange},
    clients::{ClientHandle, Slot},
    context::Context,
};
use crate::conversation::Name;

/// A subscriber, of the kind of client that the case uses.
///
/// Subscribing and unsubscribing return when the server has confirmed.
pub struct Subscriber {
    context: Arc<Context>,
    name: Name,
    slot: Slot<SubscriberConnection>,
}

impl Subscriber {
    pub(super) async fn connect(context: &Arc<Context>, name: &str) -> Result<Self, Failure> {
        context.or_fail(Self::try_connect(context, name).await).await
    }

    async fn try_connect(context: &Arc<Context>, name: &str) -> Result<Self, SceneError> {
        let (name, info) = context.connection_info(name)?;
        let connection = context
            .client_call(&name, "connect", context.case().client.connect_subscriber(info))
            .await?;
        let slot = Slot::new(Some(connection).into());
        context.register(name.clone(), ClientHandle::Subscriber(Arc::clone(&slot)));
        Ok(Self { context: Arc::clone(context), name, slot })
    }

    /// Subscribes to a channel.
    pub async fn subscribe(&self, channel: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Subscribe, &[channel]).await
    }

    /// Subscribes to several channels, in one command if the client can.
    pub async fn subscribe_all(&self, channels: &[impl AsRef<[u8]>]) -> Result<(), Failure> {
        self.change(SubscriptionChange::Subscribe, channels).await
    }

    /// Subscribes to a pattern.
    pub async fn psubscribe(&self, pattern: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Psubscribe, &[pattern]).await
    }

    /// Subscribes to several patterns, in one command if the client can.
    pub async fn psubscribe_all(&self, patterns: &[impl AsRef<[u8]>]) -> Result<(), Failure> {
        self.change(SubscriptionChange::Psubscribe, patterns).await
    }

    /// Unsubscribes from a channel.
    pub async fn unsubscribe(&self, channel: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Unsubscribe, &[channel]).await
    }

    /// Unsubscribes from all channels, but not from patterns.
    pub async fn unsubscribe_all(&self) -> Result<(), Failure> {
        self.change::<&str>(SubscriptionChange::Unsubscribe, &[]).await
    }

    /// Unsubscribes from a pattern.
    pub async fn punsubscribe(&self, pattern: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Punsubscribe, &[pattern]).await
    }

    async fn change<N: AsRef<[u8]>>(
        &self,
        change: SubscriptionChange,
        names: &[N],
    ) -> Result<(), Failure> {
        let action = change.describe();
        let names = names.iter().map(|name| self.context.prefixed(name)).collect();
        let step = async {
            let mut slot = self.slot.lock().await;
            let connection = slot.as_mut().ok_or_else(|| self.closed(action))?;
            self.context.client_call(&self.name, action, connection.change(change, names)).await
        }
        .await;
        self.context.or_fail(step).await
    }

    /// The next message.
    pub async fn next(&self) -> Result<Message, Failure> {
        self.context.or_fail(self.next_message().await).await
    }

    /// The next `count` messages.
    pub async fn take(&self, count: usize) -> Result<Vec<Message>, Failure> {
        let mut messages = Vec::with_capacity(count);
        for _ in 0..count {
            messages.push(self.next().await?);
        }
        Ok(messages)
    }

    async fn next_message(&self) -> Result<Message, SceneError> {
        let ended = || SceneError::Ended { connection: self.name.clone(), awaited: "a message" };
        self.receive("a message").await?.ok_or_else(ended)
    }

    async fn receive(&self, awaited: &'static str) -> Result<Option<Message>, SceneError> {
        let mut slot = self.slot.lock().await;
        let connection = slot.as_mut().ok_or_else(|| self.closed("receive messages"))?;
        let received = self
            .context
            .with_deadline(&self.name, || awaited.to_owned(), connection.next())
            .await?;
        Ok(received.map(|message| message.strip_prefix(self.context.prefix())))
    }

    /// Sends a PING with a payload of its own, and waits for the PONG.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.context.or_fail(self.fence().await).await
    }

    /// Returns a message that has arrived already, if there is one, without waiting. After a
    /// [`ping`](Self::ping), all messages that the server sent before the PONG have arrived.
    pub async fn try_recv(&self) -> Option<Message> {
        let message = self.slot.lock().await.as_mut()?.try_recv().await?;
        Some(message.strip_prefix(self.context.prefix()))
    }

    /// Sends a PING, and fails if a message comes before its PONG.
    pub async fn expect_silence(&self) -> Result<(), Failure> {
        let step = match self.fence().await {
            Ok(()) => match self.try_recv().await {
                Some(message) => {
                    Err(SceneError::UnexpectedMessage { connection: self.name.clone(), message })
                }
                None => Ok(()),
            },
            Err(error) => Err(error),
        };
        self.context.or_fail(step).await
    }

    async fn fence(&self) -> Result<(), SceneError> {
        let mut slot = self.slot.lock().await;
        let connection = slot.as_mut().ok_or_else(|| self.closed("ping"))?;
        let sent = self.context.fence();
        let got = self.context.client_call(&self.name, "ping", connection.ping(&sent)).await?;
        if got == sent {
            return Ok(());
        }
        let got = got.escape_ascii().to_string();
        Err(SceneError::WrongPong { connection: self.name.clone(), sent, got })
    }

    /// Waits until the server ends the connection. A message before that is a failure.
    pub async fn expect_end(&self) -> Result<(), Failure> {
        let step = match self.receive("the end of the stream").await {
            Ok(None) => {
                self.slot.lock().await.take();
                Ok(())
            }
            Ok(Some(message)) => {
                Err(SceneError::NotEnded { connection: self.name.clone(), message })
            }
            Err(error) => Err(error),
        };
        self.context.or_fail(step).await
    }

    /// Closes the connection as the client library does.
    pub async fn close(self) -> Result<(), Failure> {
        let connection = self.slot.lock().await.take();
        if let Some(connection) = connection {
            connection.close().await;
        }
        tokio::task::yield_now().await;
        Ok(())
    }

    /// Moves the client into a task that consumes its messages.
    pub async fn spawn(self) -> Result<SubscriberTask, Failure> {
        let connection =
            self.slot.lock().await.take().ok_or_else(|| self.closed("receive messages"));
        let connection = self.context.or_fail(connection).await?;
        Ok(SubscriberTask::spawn(self.context, self.name, connection))
    }

    fn closed(&self, action: &'static str) -> SceneError {
        SceneError::Closed { connection: self.name.clone(), action }
    }
}
