//! Makes a server as it was when it was new.

use std::collections::BTreeMap;

use redis::{Connection, RedisResult};

use crate::backend::Backend;

pub(super) type Settings = BTreeMap<String, String>;

/// The settings of a server, to compare with later.
pub(super) fn settings(backend: &dyn Backend) -> RedisResult<Settings> {
    all_settings(&mut connect(backend)?)
}

/// Kills all clients, deletes all keys, scripts, functions and users, and restores all settings.
/// Returns whether the settings are those of a new server.
pub(super) fn reset(backend: &dyn Backend, settings: &Settings) -> RedisResult<bool> {
    let mut connection = connect(backend)?;
    for kind in ["pubsub", "normal"] {
        redis::cmd("CLIENT").arg(&["KILL", "TYPE", kind]).exec(&mut connection)?;
    }
    redis::cmd("FLUSHALL").exec(&mut connection)?;
    redis::cmd("SCRIPT").arg("FLUSH").exec(&mut connection)?;
    // Redis 6.2 has no functions.
    let _: RedisResult<()> = redis::cmd("FUNCTION").arg("FLUSH").query(&mut connection);
    let users: Vec<String> = redis::cmd("ACL").arg("USERS").query(&mut connection)?;
    for user in users.iter().filter(|user| *user != "default") {
        redis::cmd("ACL").arg(&["DELUSER", user]).exec(&mut connection)?;
    }
    redis::cmd("CONFIG").arg("RESETSTAT").exec(&mut connection)?;
    let now = all_settings(&mut connection)?;
    for (name, value) in settings.iter().filter(|(name, value)| now.get(*name) != Some(value)) {
        redis::cmd("CONFIG").arg(&["SET", name, value]).exec(&mut connection)?;
    }
    Ok(all_settings(&mut connection)? == *settings)
}

fn connect(backend: &dyn Backend) -> RedisResult<Connection> {
    redis::Client::open(backend.url())?.get_connection()
}

fn all_settings(connection: &mut Connection) -> RedisResult<Settings> {
    redis::cmd("CONFIG").arg(&["GET", "*"]).query(connection)
}
