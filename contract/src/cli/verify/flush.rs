//! A server at a URL that nobody else uses, made empty for one conversation after the other.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use redis::aio::MultiplexedConnection;
use redis::{Client, RedisResult};

/// Deletes the keys, scripts and functions of a server, and restores the users and settings that it
/// had at first.
pub(super) struct Flusher {
    client: Client,
    /// What `CONFIG GET *` said before the first conversation. Some servers do not know it.
    settings: Option<BTreeMap<String, String>>,
    /// The users that it had then.
    users: Option<Vec<String>>,
}

impl Flusher {
    pub(super) fn of(url: &str) -> Result<Self> {
        Ok(Self { client: Client::open(url)?, settings: None, users: None })
    }

    pub(super) async fn flush(&mut self) -> Result<()> {
        let connection = self.client.get_multiplexed_async_connection().await;
        let mut connection = connection.context("cannot empty the server")?;
        let flushed = redis::cmd("FLUSHALL").exec_async(&mut connection).await;
        flushed.context("cannot empty the server; leave out --own, or permit FLUSHALL")?;
        // Not every server has these; one whose conversations need them has them.
        for words in ["SCRIPT FLUSH", "FUNCTION FLUSH", "ACL LOG RESET", "CONFIG RESETSTAT"] {
            let mut words = words.split(' ');
            let mut command = redis::cmd(words.next().unwrap_or_default());
            words.for_each(|word| _ = command.arg(word));
            let _ = command.exec_async(&mut connection).await;
        }
        if let Ok(now) = users(&mut connection).await {
            let before = self.users.get_or_insert_with(|| now.clone());
            for user in now.iter().filter(|user| !before.contains(user)) {
                redis::cmd("ACL").arg(&["DELUSER", user]).exec_async(&mut connection).await?;
            }
        }
        let Ok(now) = settings(&mut connection).await else { return Ok(()) };
        let before = self.settings.get_or_insert_with(|| now.clone());
        for (name, value) in before.iter().filter(|(name, value)| now.get(*name) != Some(value)) {
            let mut restore = redis::cmd("CONFIG");
            let restored = restore.arg(&["SET", name, value]).exec_async(&mut connection).await;
            restored.with_context(|| format!("cannot set {name} to {value:?} again"))?;
        }
        Ok(())
    }
}

async fn settings(connection: &mut MultiplexedConnection) -> RedisResult<BTreeMap<String, String>> {
    redis::cmd("CONFIG").arg(&["GET", "*"]).query_async(connection).await
}

async fn users(connection: &mut MultiplexedConnection) -> RedisResult<Vec<String>> {
    redis::cmd("ACL").arg("USERS").query_async(connection).await
}
