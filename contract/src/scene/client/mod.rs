//! The real clients that scenarios are played with: three ways in which programs listen on Redis.

mod resp2;
mod resp2_blocking;
mod resp3;

use std::{fmt, net::SocketAddr};

use bytes::Bytes;
use redis::{
    AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion,
    RedisResult, aio::MultiplexedConnection,
};

use super::{DEADLINE, Message};
use resp2::Resp2;
use resp2_blocking::Resp2Blocking;
use resp3::Resp3;

/// A way in which programs listen on Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// `redis::aio::PubSub`: a connection of its own, arrays.
    Resp2,
    /// `redis::PubSub` on a `redis::Connection`: the same without a runtime.
    Resp2Blocking,
    /// A multiplexed connection with a push sender: messages between replies.
    Resp3,
}

impl Client {
    /// Where the client called by this name connects to: the tap, with the server's credentials.
    ///
    /// The client does not say which library it is, which would put the library's version into
    /// every recording, and selects no database, of which Pub/Sub knows nothing.
    pub(super) fn info(self, server: &str, at: SocketAddr) -> RedisResult<ConnectionInfo> {
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
        // Without this, two small writes in a row wait for each other's acknowledgement.
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        Ok(info
            .set_addr(ConnectionAddr::Tcp(at.ip().to_string(), at.port()))
            .set_redis_settings(settings)
            .set_tcp_settings(tcp))
    }

    /// A connection that publishes and asks.
    pub(super) async fn connect_publisher(
        info: ConnectionInfo,
    ) -> RedisResult<MultiplexedConnection> {
        redis::Client::open(info)?.get_multiplexed_async_connection_with_config(&config()).await
    }

    /// A connection that listens.
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

/// The library gives up after half a second, which a loaded machine needs for 16 MiB.
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

/// A listening connection of any client. What is asked of it returns when the server confirmed.
pub(super) enum SubscriberConnection {
    Resp2(Resp2),
    Resp2Blocking(Resp2Blocking),
    Resp3(Resp3),
}

impl SubscriberConnection {
    /// Changes subscriptions; without names, all of the kind.
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

    /// Asks for a PONG with this payload, and returns it when it came. Everything that the server
    /// sent before has arrived then.
    pub(super) async fn ping(&mut self, payload: &str) -> RedisResult<Bytes> {
        let answer = match self {
            Self::Resp2(client) => client.ping(payload).await,
            Self::Resp2Blocking(client) => client.ping(payload.to_owned()).await,
            Self::Resp3(client) => client.ping(payload).await,
        }?;
        Ok(pong(answer))
    }

    /// A message that has arrived and was not taken.
    pub(super) async fn try_recv(&mut self) -> Option<Message> {
        match self {
            Self::Resp2(client) => client.try_recv(),
            Self::Resp2Blocking(client) => client.try_recv().await,
            Self::Resp3(client) => client.try_recv(),
        }
    }

    /// Closes the connection as the client does it, and returns when the client is done.
    pub(super) async fn close(self) {
        if let Self::Resp2Blocking(client) = self {
            client.close().await;
        }
    }
}

/// A PONG carries its payload alone, but to a RESP2 subscriber it comes in an array behind `pong`.
fn pong(answer: redis::Value) -> Bytes {
    match answer {
        redis::Value::BulkString(payload) => payload.into(),
        redis::Value::Array(mut items) if items.len() == 2 => {
            items.pop().map(pong).unwrap_or_default()
        }
        _ => Bytes::new(),
    }
}
