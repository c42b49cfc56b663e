use redis::{ConnectionInfo, PushInfo, PushKind, RedisResult, Value, aio::MultiplexedConnection};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Message, SubscriptionChange, config};

/// A multiplexed connection, and the channel that receives its pushes.
pub(crate) struct Resp3 {
    connection: MultiplexedConnection,
    pushes: UnboundedReceiver<PushInfo>,
}

impl Resp3 {
    pub(super) async fn connect(info: ConnectionInfo) -> RedisResult<Self> {
        let (sender, pushes) = unbounded_channel();
        let config = config().set_push_sender(sender);
        let connection = redis::Client::open(info)?
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        Ok(Self { connection, pushes })
    }

    pub(super) async fn change(
        &mut self,
        change: SubscriptionChange,
        names: &[Vec<u8>],
    ) -> RedisResult<()> {
        match change {
            SubscriptionChange::Subscribe => self.connection.subscribe(names).await,
            SubscriptionChange::Unsubscribe => self.connection.unsubscribe(names).await,
            SubscriptionChange::Psubscribe => self.connection.psubscribe(names).await,
            SubscriptionChange::Punsubscribe => self.connection.punsubscribe(names).await,
        }
    }

    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            let push = self.pushes.recv().await?;
            if push.kind == PushKind::Disconnection {
                return None;
            }
            if let Some(message) = Message::from_push(push) {
                return Some(message);
            }
        }
    }

    pub(super) async fn ping(&mut self, payload: &str) -> RedisResult<Value> {
        redis::cmd("PING").arg(payload).query_async(&mut self.connection).await
    }

    pub(super) fn try_recv(&mut self) -> Option<Message> {
        // This skips a disconnection like any push that is not a message.
        std::iter::from_fn(|| self.pushes.try_recv().ok()).find_map(Message::from_push)
    }
}
