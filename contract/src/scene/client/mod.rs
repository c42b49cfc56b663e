//! The real clients of scenarios: three ways in which programs subscribe on Redis.

mod resp2;
mod resp2_blocking;
mod resp3;

use std::fmt;

use bytes::Bytes;
use redis::{
    AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion,
    RedisResult, aio::MultiplexedConnection,
};

use super::{DEADLINE, Message};
use crate::socket::Address;
use resp2::Resp2;
use resp2_blocking::Resp2Blocking;
use resp3::Resp3;

/// A way in which programs subscribe on Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// `redis::aio::PubSub`: a connection for subscriptions only, and messages as arrays.
    Resp2,
    /// `redis::PubSub` on a `redis::Connection`: the same without a runtime.
    Resp2Blocking,
    /// A multiplexed connection with a push sender: messages between replies.
    Resp3,
}

impl Client {
    /// How the client connects: to the tap at this address, with the credentials in the server's
    /// URL.
    ///
    /// The client does not tell the server its library's name, because every recording would then
    /// contain the library's version. It selects no database, because Pub/Sub ignores databases.
    pub(super) fn info(self, server: &str, at: &Address) -> RedisResult<ConnectionInfo> {
        let info = server.into_connection_info()?;
        let settings = info
            .redis_settings()
            .clone()
            .set_protocol(match self {
                Self::Resp2 | Self::Resp2Blocking => ProtocolVersion::RESP2,
                Self::Resp3 => ProtocolVersion::RESP3,
            })
            .set_skip_set_lib_name()
            .set_db(0);
        // Otherwise, a small write waits until the write before it is acknowledged.
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        Ok(info
            .set_addr(match at {
                Address::Tcp(at) => ConnectionAddr::Tcp(at.ip().to_string(), at.port()),
                Address::Unix(path) => ConnectionAddr::Unix(path.clone()),
            })
            .set_redis_settings(settings)
            .set_tcp_settings(tcp))
    }

    /// Connects a client that publishes.
    pub(super) async fn connect_publisher(
        info: ConnectionInfo,
    ) -> RedisResult<MultiplexedConnection> {
        redis::Client::open(info)?.get_multiplexed_async_connection_with_config(&config()).await
    }

    /// Connects a client that subscribes.
    pub(super) async fn connect_subscriber(
        self,
        info: ConnectionInfo,
    ) -> RedisResult<SubscriberConnection> {
        Ok(match self {
            Self::Resp2 => SubscriberConnection::Resp2(Resp2::connect(info).await?),
            Self::Resp2Blocking => {
                SubscriberConnection::Resp2Blocking(Resp2Blocking::connect(info).await?)
            }
            Self::Resp3 => SubscriberConnection::Resp3(Resp3::connect(info).await?),
        })
    }
}

/// The name in recordings and in the names of cases.
impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resp2 => "resp2",
            Self::Resp2Blocking => "resp2-blocking",
            Self::Resp3 => "resp3",
        })
    }
}

/// The library's default timeout is half a second, but a loaded machine needs longer for 16 MiB.
fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(Some(DEADLINE))
        .set_response_timeout(Some(DEADLINE))
}

/// A change of subscriptions.
#[derive(Clone, Copy, Debug)]
pub(super) enum SubscriptionChange {
    Subscribe,
    Unsubscribe,
    Psubscribe,
    Punsubscribe,
}

impl SubscriptionChange {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Psubscribe => "psubscribe",
            Self::Punsubscribe => "punsubscribe",
        }
    }
}

/// A subscriber's connection, of any client. Changes return when the server has confirmed them.
pub(super) enum SubscriberConnection {
    Resp2(Resp2),
    Resp2Blocking(Resp2Blocking),
    Resp3(Resp3),
}

impl SubscriberConnection {
    /// Changes subscriptions. Without names, it changes all of the kind.
    pub(super) async fn change(
        &mut self,
        change: SubscriptionChange,
        names: Vec<Vec<u8>>,
    ) -> RedisResult<()> {
        match self {
            Self::Resp2(client) => client.change(change, &names).await,
            Self::Resp2Blocking(client) => client.change(change, names).await,
            Self::Resp3(client) => client.change(change, &names).await,
        }
    }

    /// The next message; `None` at the end of the stream.
    pub(super) async fn next(&mut self) -> Option<Message> {
        match self {
            Self::Resp2(client) => client.next().await,
            Self::Resp2Blocking(client) => client.next().await,
            Self::Resp3(client) => client.next().await,
        }
    }

    /// Sends a PING with this payload, and returns the payload of the PONG. By then, everything
    /// that the server sent before has arrived.
    pub(super) async fn ping(&mut self, payload: &str) -> RedisResult<Bytes> {
        let answer = match self {
            Self::Resp2(client) => client.ping(payload).await,
            Self::Resp2Blocking(client) => client.ping(payload.to_owned()).await,
            Self::Resp3(client) => client.ping(payload).await,
        }?;
        Ok(pong(answer))
    }

    /// A message that has arrived and was not taken yet, without waiting.
    pub(super) async fn try_recv(&mut self) -> Option<Message> {
        match self {
            Self::Resp2(client) => client.try_recv(),
            Self::Resp2Blocking(client) => client.try_recv().await,
            Self::Resp3(client) => client.try_recv(),
        }
    }

    /// Closes the connection as the client library does, and returns when the library is done.
    pub(super) async fn close(self) {
        if let Self::Resp2Blocking(client) = self {
            client.close().await;
        }
    }
}

/// The payload of a PONG. A RESP2 subscriber receives it in an array, after `pong`.
fn pong(answer: redis::Value) -> Bytes {
    match answer {
        redis::Value::BulkString(payload) => payload.into(),
        redis::Value::Array(mut items) if items.len() == 2 => {
            items.pop().map(pong).unwrap_or_default()
        }
        _ => Bytes::new(),
    }
}
