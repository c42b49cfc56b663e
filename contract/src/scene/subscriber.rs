use std::sync::Arc;

use super::{
    Failure, Message, SceneError, SubscriberTask,
    client::{SubscriberConnection, SubscriptionChange},
    clients::{ClientHandle, Slot},
    context::Context,
};
use crate::conversation::Name;

/// A client that listens, whichever kind the scene is played with.
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

    /// Subscribes to several channels: in one command, where the client can.
    pub async fn subscribe_all(&self, channels: &[impl AsRef<[u8]>]) -> Result<(), Failure> {
        self.change(SubscriptionChange::Subscribe, channels).await
    }

    /// Subscribes to a pattern.
    pub async fn psubscribe(&self, pattern: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Psubscribe, &[pattern]).await
    }

    /// Subscribes to several patterns: in one command, where the client can.
    pub async fn psubscribe_all(&self, patterns: &[impl AsRef<[u8]>]) -> Result<(), Failure> {
        self.change(SubscriptionChange::Psubscribe, patterns).await
    }

    /// Leaves a channel.
    pub async fn unsubscribe(&self, channel: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Unsubscribe, &[channel]).await
    }

    /// Leaves all channels, and no pattern.
    pub async fn unsubscribe_all(&self) -> Result<(), Failure> {
        self.change::<&str>(SubscriptionChange::Unsubscribe, &[]).await
    }

    /// Leaves a pattern.
    pub async fn punsubscribe(&self, pattern: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(SubscriptionChange::Punsubscribe, &[pattern]).await
    }

    async fn change<N: AsRef<[u8]>>(
        &self,
        change: SubscriptionChange,
        names: &[N],
    ) -> Result<(), Failure> {
        let what = change.describe();
        let names = names.iter().map(|name| self.context.prefixed(name)).collect();
        let step = async {
            let mut slot = self.slot.lock().await;
            let connection = slot.as_mut().ok_or_else(|| self.closed(what))?;
            self.context.client_call(&self.name, what, connection.change(change, names)).await
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
        let ended = || SceneError::Ended { connection: self.name.clone(), what: "a message" };
        self.receive("a message").await?.ok_or_else(ended)
    }

    async fn receive(&self, what: &'static str) -> Result<Option<Message>, SceneError> {
        let mut slot = self.slot.lock().await;
        let connection = slot.as_mut().ok_or_else(|| self.closed("listen"))?;
        let received =
            self.context.with_deadline(&self.name, || what.to_owned(), connection.next()).await?;
        Ok(received.map(|message| message.strip_prefix(self.context.prefix())))
    }

    /// Sends a PING with a payload of its own, and waits for the PONG.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.context.or_fail(self.fence().await).await
    }

    /// The message that has arrived, if one has: nothing is waited for. Behind a
    /// [`ping`](Self::ping), what was sent before the PONG has arrived.
    pub async fn try_recv(&self) -> Option<Message> {
        let message = self.slot.lock().await.as_mut()?.try_recv().await?;
        Some(message.strip_prefix(self.context.prefix()))
    }

    /// Proves that nothing more is owed: a PING whose PONG comes before any message.
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

    /// Waits until the server ends the connection. Messages before that are a failure.
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

    /// Closes the connection, as the client does it.
    pub async fn close(self) -> Result<(), Failure> {
        let connection = self.slot.lock().await.take();
        if let Some(connection) = connection {
            connection.close().await;
        }
        tokio::task::yield_now().await;
        Ok(())
    }

    /// Hands the client to a task that consumes its messages.
    pub async fn spawn(self) -> Result<SubscriberTask, Failure> {
        let connection = self.slot.lock().await.take().ok_or_else(|| self.closed("listen"));
        let connection = self.context.or_fail(connection).await?;
        Ok(SubscriberTask::spawn(self.context, self.name, connection))
    }

    fn closed(&self, what: &'static str) -> SceneError {
        SceneError::Closed { connection: self.name.clone(), what }
    }
}
