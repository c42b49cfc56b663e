//! The description of a connection that a test gets.

use bytes::Bytes;

use crate::state::client::Client;
use crate::state::pubsub::Kind;
use crate::wire::Protocol;

/// A snapshot of one client of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// The reply of `CLIENT ID`, and the argument of
    /// [`EmbeddedRedis::kill`](crate::EmbeddedRedis::kill).
    pub id: u64,
    /// The client's address, or the path of the Unix socket.
    pub address: String,
    /// The name that `CLIENT SETNAME` set; empty if it has none.
    pub name: Bytes,
    /// Whether the client speaks RESP3.
    pub resp3: bool,
    /// The database that the client selected.
    pub database: usize,
    /// The number of channels that the client is subscribed to.
    pub channels: usize,
    /// The number of patterns that the client is subscribed to.
    pub patterns: usize,
    /// The number of shard channels that the client is subscribed to.
    pub shard_channels: usize,
}

impl ConnectionInfo {
    pub(super) fn of(client: &Client) -> Self {
        let session = &client.session;
        Self {
            id: client.id,
            address: client.peer.remote(),
            name: session.name.clone(),
            resp3: session.protocol == Protocol::Resp3,
            database: session.database,
            channels: session.subscriptions.len(Kind::Channel),
            patterns: session.subscriptions.len(Kind::Pattern),
            shard_channels: session.subscriptions.len(Kind::Shard),
        }
    }
}
