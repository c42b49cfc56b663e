use std::sync::Arc;

use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
};

use super::{Failure, Message, SceneError, client::SubscriberConnection, context::Context};
use crate::conversation::Name;

/// A task that owns a client and consumes its messages, as in a streaming program.
pub struct SubscriberTask {
    context: Arc<Context>,
    name: Name,
    messages: UnboundedReceiver<Message>,
    task: JoinHandle<()>,
}

impl SubscriberTask {
    pub(super) fn spawn(
        context: Arc<Context>,
        name: Name,
        mut connection: SubscriberConnection,
    ) -> Self {
        let (sender, messages) = unbounded_channel();
        let task = tokio::spawn(async move {
            while let Some(message) = connection.next().await {
                // The case may have stopped receiving.
                let _ = sender.send(message);
            }
        });
        Self { context, name, messages, task }
    }

    /// The next message that the task consumed.
    pub async fn next(&mut self) -> Result<Message, Failure> {
        let awaited = || "a message".to_owned();
        let step = match self.context.with_deadline(&self.name, awaited, self.messages.recv()).await
        {
            Ok(Some(message)) => Ok(message.strip_prefix(self.context.prefix())),
            Ok(None) => {
                Err(SceneError::Ended { connection: self.name.clone(), awaited: "a message" })
            }
            Err(error) => Err(error),
        };
        self.context.or_fail(step).await
    }

    /// Cancels the task together with its client, and returns when both are gone.
    pub async fn cancel(self) {
        self.task.abort();
        // The error only says that the task was cancelled.
        let _ = self.task.await;
    }
}
