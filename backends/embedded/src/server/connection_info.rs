//! What a test sees of a connection.

use bytes::Bytes;

use crate::state::client::Client;
use crate::state::pubsub::Kind;
use crate::wire::Protocol;

/// One client of the server, at the moment when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// What `CLIENT ID` answers; the argument of [`EmbeddedRedis::kill`](crate::EmbeddedRedis::kill).
    pub id: u64,
    /// The client's address, or the path of the Unix socket.
    pub address: String,
    /// What `CLIENT SETNAME` set.
    pub name: Bytes,
    /// Whether it speaks RESP3.
    pub resp3: bool,
    /// The database that it selected.
    pub database: usize,
    /// How many channels it is subscribed to.
    pub channels: usize,
    /// How many patterns it is subscribed to.
    pub patterns: usize,
    /// How many shard channels it is subscribed to.
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
