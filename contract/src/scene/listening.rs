use std::sync::Arc;

use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
};

use super::{Failure, Message, SceneError, client::Listener, stage::Stage};
use crate::conversation::Name;

/// A task that owns a client and consumes its messages, as streaming programs are built.
pub struct Listening {
    stage: Arc<Stage>,
    name: Name,
    messages: UnboundedReceiver<Message>,
    task: JoinHandle<()>,
}

impl Listening {
    pub(super) fn spawn(stage: Arc<Stage>, name: Name, mut listener: Listener) -> Self {
        let (sender, messages) = unbounded_channel();
        let task = tokio::spawn(async move {
            while let Some(message) = listener.next().await {
                // The case may have heard enough.
                let _ = sender.send(message);
            }
        });
        Self { stage, name, messages, task }
    }

    /// The next message that the task consumed.
    pub async fn next(&mut self) -> Result<Message, Failure> {
        let wanted = || "a message".to_owned();
        let step = match self.stage.within(&self.name, wanted, self.messages.recv()).await {
            Ok(Some(message)) => Ok(message.without(self.stage.prefix())),
            Ok(None) => Err(SceneError::Ended { who: self.name.clone(), what: "a message" }),
            Err(error) => Err(error),
        };
        self.stage.judged(step).await
    }

    /// Cancels the task where it stands, client and all, and returns when it is gone.
    pub async fn cancel(self) {
        self.task.abort();
        // It ends by being cancelled, which is no failure.
        let _ = self.task.await;
    }
}
