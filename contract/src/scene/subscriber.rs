use std::sync::Arc;

use super::{
    Failure, Listening, Message, SceneError,
    cast::{Role, Slot},
    client::{Change, Listener},
    stage::Stage,
};
use crate::conversation::Name;

/// A client that listens, whichever kind the scene is played with.
///
/// Subscribing and unsubscribing return when the server has confirmed.
pub struct Subscriber {
    stage: Arc<Stage>,
    name: Name,
    slot: Slot<Listener>,
}

impl Subscriber {
    pub(super) async fn connect(stage: &Arc<Stage>, name: &str) -> Result<Self, Failure> {
        stage.judged(Self::try_connect(stage, name).await).await
    }

    async fn try_connect(stage: &Arc<Stage>, name: &str) -> Result<Self, SceneError> {
        let (name, info) = stage.entrance(name)?;
        let listener = stage.client(&name, "connect", stage.case().client.listen(info)).await?;
        let slot = Slot::new(Some(listener).into());
        stage.enter(name.clone(), Role::Listens(Arc::clone(&slot)));
        Ok(Self { stage: Arc::clone(stage), name, slot })
    }

    /// Subscribes to a channel.
    pub async fn subscribe(&self, channel: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(Change::Subscribe, &[channel]).await
    }

    /// Subscribes to several channels: in one command, where the client can.
    pub async fn subscribe_all(&self, channels: &[impl AsRef<[u8]>]) -> Result<(), Failure> {
        self.change(Change::Subscribe, channels).await
    }

    /// Subscribes to a pattern.
    pub async fn psubscribe(&self, pattern: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(Change::Psubscribe, &[pattern]).await
    }

    /// Subscribes to several patterns: in one command, where the client can.
    pub async fn psubscribe_all(&self, patterns: &[impl AsRef<[u8]>]) -> Result<(), Failure> {
        self.change(Change::Psubscribe, patterns).await
    }

    /// Leaves a channel.
    pub async fn unsubscribe(&self, channel: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(Change::Unsubscribe, &[channel]).await
    }

    /// Leaves all channels, and no pattern.
    pub async fn unsubscribe_all(&self) -> Result<(), Failure> {
        self.change::<&str>(Change::Unsubscribe, &[]).await
    }

    /// Leaves a pattern.
    pub async fn punsubscribe(&self, pattern: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.change(Change::Punsubscribe, &[pattern]).await
    }

    async fn change<N: AsRef<[u8]>>(&self, change: Change, names: &[N]) -> Result<(), Failure> {
        let what = change.describe();
        let names = names.iter().map(|name| self.stage.full(name)).collect();
        let step = async {
            let mut slot = self.slot.lock().await;
            let listener = slot.as_mut().ok_or_else(|| self.closed(what))?;
            self.stage.client(&self.name, what, listener.change(change, names)).await
        }
        .await;
        self.stage.judged(step).await
    }

    /// The next message.
    pub async fn next(&self) -> Result<Message, Failure> {
        self.stage.judged(self.try_next().await).await
    }

    /// The next `count` messages.
    pub async fn take(&self, count: usize) -> Result<Vec<Message>, Failure> {
        let mut messages = Vec::with_capacity(count);
        for _ in 0..count {
            messages.push(self.next().await?);
        }
        Ok(messages)
    }

    async fn try_next(&self) -> Result<Message, SceneError> {
        let ended = || SceneError::Ended { who: self.name.clone(), what: "a message" };
        self.heard("a message").await?.ok_or_else(ended)
    }

    async fn heard(&self, what: &'static str) -> Result<Option<Message>, SceneError> {
        let mut slot = self.slot.lock().await;
        let listener = slot.as_mut().ok_or_else(|| self.closed("listen"))?;
        let heard = self.stage.within(&self.name, || what.to_owned(), listener.next()).await?;
        Ok(heard.map(|message| message.without(self.stage.prefix())))
    }

    /// Sends a PING with a payload of its own, and waits for the PONG.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.stage.judged(self.fence().await).await
    }

    /// The message that has arrived, if one has: nothing is waited for. Behind a
    /// [`ping`](Self::ping), what was sent before the PONG has arrived.
    pub async fn arrived(&self) -> Option<Message> {
        let message = self.slot.lock().await.as_mut()?.arrived().await?;
        Some(message.without(self.stage.prefix()))
    }

    /// Proves that nothing more is owed: a PING whose PONG comes before any message.
    pub async fn expect_silence(&self) -> Result<(), Failure> {
        let step = match self.fence().await {
            Ok(()) => match self.arrived().await {
                Some(message) => Err(SceneError::Noise { who: self.name.clone(), message }),
                None => Ok(()),
            },
            Err(error) => Err(error),
        };
        self.stage.judged(step).await
    }

    async fn fence(&self) -> Result<(), SceneError> {
        let mut slot = self.slot.lock().await;
        let listener = slot.as_mut().ok_or_else(|| self.closed("ping"))?;
        let sent = self.stage.fence();
        let got = self.stage.client(&self.name, "ping", listener.ping(&sent)).await?;
        if got == sent {
            return Ok(());
        }
        let got = got.escape_ascii().to_string();
        Err(SceneError::WrongPong { who: self.name.clone(), sent, got })
    }

    /// Waits until the server ends the connection. Messages before that are a failure.
    pub async fn expect_end(&self) -> Result<(), Failure> {
        let step = match self.heard("the end of the stream").await {
            Ok(None) => {
                self.slot.lock().await.take();
                Ok(())
            }
            Ok(Some(message)) => Err(SceneError::NotEnded { who: self.name.clone(), message }),
            Err(error) => Err(error),
        };
        self.stage.judged(step).await
    }

    /// Closes the connection, as the client does it.
    pub async fn close(self) -> Result<(), Failure> {
        let listener = self.slot.lock().await.take();
        if let Some(listener) = listener {
            listener.close().await;
        }
        tokio::task::yield_now().await;
        Ok(())
    }

    /// Hands the client to a task that consumes its messages.
    pub async fn listen(self) -> Result<Listening, Failure> {
        let listener = self.slot.lock().await.take().ok_or_else(|| self.closed("listen"));
        let listener = self.stage.judged(listener).await?;
        Ok(Listening::spawn(self.stage, self.name, listener))
    }

    fn closed(&self, what: &'static str) -> SceneError {
        SceneError::Closed { who: self.name.clone(), what }
    }
}
