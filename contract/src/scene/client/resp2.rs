use futures_util::{FutureExt, StreamExt};
use redis::{ConnectionInfo, RedisResult, Value, aio::PubSub};

use super::{Message, SubscriptionChange};

/// `redis::aio::PubSub`.
pub(crate) struct Resp2(PubSub);

impl Resp2 {
    pub(super) async fn connect(info: ConnectionInfo) -> RedisResult<Self> {
        redis::Client::open(info)?.get_async_pubsub().await.map(Self)
    }

    pub(super) async fn change(
        &mut self,
        change: SubscriptionChange,
        names: &[Vec<u8>],
    ) -> RedisResult<()> {
        match change {
            SubscriptionChange::Subscribe => self.0.subscribe(names).await,
            SubscriptionChange::Unsubscribe => self.0.unsubscribe(names).await,
            SubscriptionChange::Psubscribe => self.0.psubscribe(names).await,
            SubscriptionChange::Punsubscribe => self.0.punsubscribe(names).await,
        }
    }

    pub(super) async fn next(&mut self) -> Option<Message> {
        Message::from_client(&self.0.on_message().next().await?)
    }

    pub(super) async fn ping(&mut self, payload: &str) -> RedisResult<Value> {
        self.0.ping_message(payload).await
    }

    pub(super) fn try_recv(&mut self) -> Option<Message> {
        Message::from_client(&self.0.on_message().next().now_or_never()??)
    }
}
