use futures_util::{FutureExt, StreamExt};
use redis::{ConnectionInfo, RedisResult, Value, aio::PubSub};

use super::{Change, Message};

/// `redis::aio::PubSub`.
pub(crate) struct Resp2(PubSub);

impl Resp2 {
    pub(super) async fn connect(info: ConnectionInfo) -> RedisResult<Self> {
        redis::Client::open(info)?.get_async_pubsub().await.map(Self)
    }

    pub(super) async fn change(&mut self, change: Change, names: &[Vec<u8>]) -> RedisResult<()> {
        match change {
            Change::Subscribe => self.0.subscribe(names).await,
            Change::Unsubscribe => self.0.unsubscribe(names).await,
            Change::Psubscribe => self.0.psubscribe(names).await,
            Change::Punsubscribe => self.0.punsubscribe(names).await,
        }
    }

    pub(super) async fn next(&mut self) -> Option<Message> {
        Message::from_client(&self.0.on_message().next().await?)
    }

    pub(super) async fn ping(&mut self, payload: &str) -> RedisResult<Value> {
        self.0.ping_message(payload).await
    }

    pub(super) fn arrived(&mut self) -> Option<Message> {
        Message::from_client(&self.0.on_message().next().now_or_never()??)
    }
}
