use std::sync::Arc;

use redis::{Cmd, FromRedisValue, RedisResult, aio::MultiplexedConnection};
use tokio::{sync::Mutex, task};

use super::{DEADLINE, SceneError, client::Client};
use crate::{
    backend::{Backend, BackendError},
    conversation::Name,
};

/// A connection straight to the server. Its requests are not part of the conversation.
pub(super) struct Control {
    backend: Arc<dyn Backend>,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Control {
    pub(super) fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, connection: Mutex::default() }
    }

    /// How many connections subscribe to the channel.
    pub(super) async fn subscriber_count(&self, channel: &[u8]) -> Result<usize, SceneError> {
        let (_, count): (Vec<u8>, usize) =
            self.ask(redis::cmd("PUBSUB").arg("NUMSUB").arg(channel), "count subscribers").await?;
        Ok(count)
    }

    /// Asks for the number of subscribers until it is `count`, because a server does not announce
    /// when it changes.
    pub(super) async fn wait_for_subscribers(
        &self,
        channel: &[u8],
        count: usize,
    ) -> Result<(), SceneError> {
        let counted = async {
            while self.subscriber_count(channel).await? != count {
                task::yield_now().await;
            }
            Ok(())
        };
        tokio::time::timeout(DEADLINE, counted).await.unwrap_or_else(|_| {
            Err(SceneError::TimedOut {
                connection: name(),
                awaited: format!("{count} subscribers of \"{}\"", channel.escape_ascii()),
                after: DEADLINE,
            })
        })
    }

    /// Kills every connection that subscribes.
    pub(super) async fn kill_subscribers(&self) -> Result<usize, SceneError> {
        self.require_exclusive("have its subscribers killed")?;
        self.ask(redis::cmd("CLIENT").arg("KILL").arg("TYPE").arg("pubsub"), "kill subscribers")
            .await
    }

    pub(super) async fn ping(&self) -> Result<(), SceneError> {
        self.ask(&redis::cmd("PING"), "ping").await
    }

    pub(super) async fn configure(&self, parameter: &str, value: &str) -> Result<(), SceneError> {
        self.require_exclusive("be configured")?;
        self.ask(redis::cmd("CONFIG").arg("SET").arg(parameter).arg(value), "configure").await
    }

    /// Drops the connection before a restart, which would end it anyway.
    pub(super) async fn disconnect(&self) {
        self.connection.lock().await.take();
    }

    fn require_exclusive(&self, action: &'static str) -> Result<(), BackendError> {
        if self.backend.capabilities().exclusive {
            return Ok(());
        }
        Err(BackendError::Unsupported { kind: self.backend.kind(), action })
    }

    async fn ask<T: FromRedisValue>(
        &self,
        command: &Cmd,
        action: &'static str,
    ) -> Result<T, SceneError> {
        let mut slot = self.connection.lock().await;
        let answered: RedisResult<T> = async {
            let connection = match &mut *slot {
                Some(connection) => connection,
                none => none.insert(self.connect().await?),
            };
            command.query_async(connection).await
        }
        .await;
        answered.map_err(|reason| SceneError::Client { connection: name(), action, reason })
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let url = self.backend.url();
        Client::connect_publisher(Client::Resp2.info(&url, &self.backend.address())?).await
    }
}

fn name() -> Name {
    Name::new("control")
}
