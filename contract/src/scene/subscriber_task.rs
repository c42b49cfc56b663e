use std::sync::Arc;

use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinHandle,
};

use super::{Failure, Message, SceneError, client::SubscriberConnection, context::Context};
use crate::conversation::Name;

/// A task that owns a client and consumes its messages, as streaming programs are built.
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
                // The case may have heard enough.
                let _ = sender.send(message);
            }
        });
        Self { context, name, messages, task }
    }

    /// The next message that the task consumed.
    pub async fn next(&mut self) -> Result<Message, Failure> {
        let wanted = || "a message".to_owned();
        let step = match self.context.with_deadline(&self.name, wanted, self.messages.recv()).await
        {
            Ok(Some(message)) => Ok(message.strip_prefix(self.context.prefix())),
            Ok(None) => Err(SceneError::Ended { connection: self.name.clone(), what: "a message" }),
            Err(error) => Err(error),
        };
        self.context.or_fail(step).await
    }

    /// Cancels the task where it stands, client and all, and returns when it is gone.
    pub async fn cancel(self) {
        self.task.abort();
        // It ends by being cancelled, which is no failure.
        let _ = self.task.await;
    }
}
