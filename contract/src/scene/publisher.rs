use std::sync::Arc;

use redis::{Cmd, FromRedisValue, aio::MultiplexedConnection};

use super::{
    Client, Failure, SceneError,
    clients::{ClientHandle, Slot},
    context::Context,
};
use crate::conversation::Name;

/// A client that publishes, on a multiplexed connection of the scene's protocol.
pub struct Publisher {
    context: Arc<Context>,
    name: Name,
    slot: Slot<MultiplexedConnection>,
}

impl Publisher {
    pub(super) async fn connect(context: &Arc<Context>, name: &str) -> Result<Self, Failure> {
        context.or_fail(Self::try_connect(context, name).await).await
    }

    async fn try_connect(context: &Arc<Context>, name: &str) -> Result<Self, SceneError> {
        let (name, info) = context.connection_info(name)?;
        let connection =
            context.client_call(&name, "connect", Client::connect_publisher(info)).await?;
        let slot = Slot::new(Some(connection).into());
        context.register(name.clone(), ClientHandle::Publisher(Arc::clone(&slot)));
        Ok(Self { context: Arc::clone(context), name, slot })
    }

    /// Publishes, and returns how many deliveries the server counts.
    pub async fn publish(
        &self,
        channel: impl AsRef<[u8]>,
        payload: impl AsRef<[u8]>,
    ) -> Result<usize, Failure> {
        self.ask("publish", &self.command(channel, payload)).await
    }

    /// Publishes all payloads in one pipeline, and returns the server's count for each.
    pub async fn publish_all<P: AsRef<[u8]>>(
        &self,
        channel: impl AsRef<[u8]>,
        payloads: impl IntoIterator<Item = P>,
    ) -> Result<Vec<usize>, Failure> {
        let mut pipeline = redis::pipe();
        for payload in payloads {
            pipeline.add_command(self.command(&channel, payload));
        }
        let step = async {
            let mut connection = self.connection("publish").await?;
            let work = pipeline.query_async(&mut connection);
            self.context.client_call(&self.name, "publish", work).await
        }
        .await;
        self.context.or_fail(step).await
    }

    /// `PUBSUB NUMSUB`: how many connections subscribe to the channel.
    pub async fn subscriber_count(&self, channel: impl AsRef<[u8]>) -> Result<usize, Failure> {
        let channel = self.context.prefixed(channel);
        let command = redis::cmd("PUBSUB").arg("NUMSUB").arg(channel).clone();
        let (_, count): (Vec<u8>, usize) = self.ask("count subscribers", &command).await?;
        Ok(count)
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.slot.lock().await.take();
        tokio::task::yield_now().await;
    }

    fn command(&self, channel: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> Cmd {
        redis::cmd("PUBLISH").arg(self.context.prefixed(channel)).arg(payload.as_ref()).clone()
    }

    async fn ask<T: FromRedisValue>(
        &self,
        action: &'static str,
        command: &Cmd,
    ) -> Result<T, Failure> {
        let step = async {
            let mut connection = self.connection(action).await?;
            self.context.client_call(&self.name, action, command.query_async(&mut connection)).await
        }
        .await;
        self.context.or_fail(step).await
    }

    async fn connection(&self, action: &'static str) -> Result<MultiplexedConnection, SceneError> {
        let closed = || SceneError::Closed { connection: self.name.clone(), action };
        self.slot.lock().await.clone().ok_or_else(closed)
    }
}
