//! The real server that cases use one after the other, each alone. It is reused, because a
//! container takes a second to start.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use redis::{Connection, RedisResult};
use twincast::backend::{Backend, BackendError, Spec};

/// The server that was started last.
static LAST: Mutex<Option<OwnServer>> = Mutex::new(None);

type Settings = BTreeMap<String, String>;

struct OwnServer {
    backend: Arc<dyn Backend>,
    /// The reply to `CONFIG GET *` just after the start.
    settings: Settings,
}

/// A server that no other case uses: the last one if it can be reset, else a new one.
pub(crate) fn start(spec: &Spec) -> Result<Arc<dyn Backend>, BackendError> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = &*last
        && server.is_free()
        && server.reset().unwrap_or(false)
    {
        return Ok(Arc::clone(&server.backend));
    }
    // The old server is dropped first, so that there is at most one beside the shared server.
    *last = None;
    let backend = spec.start_exclusive()?;
    // A server that does not tell its settings cannot be reset, so it is not kept.
    let settings = connect(&*backend).and_then(|mut connection| settings(&mut connection));
    *last = settings.ok().map(|settings| OwnServer { backend: Arc::clone(&backend), settings });
    Ok(backend)
}

impl OwnServer {
    fn is_free(&self) -> bool {
        Arc::strong_count(&self.backend) == 1
    }

    /// Kills all clients, deletes all keys and restores all settings. Returns whether the settings
    /// are those of a new server.
    fn reset(&self) -> RedisResult<bool> {
        let mut connection = connect(&*self.backend)?;
        for kind in ["pubsub", "normal"] {
            redis::cmd("CLIENT").arg(&["KILL", "TYPE", kind]).exec(&mut connection)?;
        }
        redis::cmd("FLUSHALL").exec(&mut connection)?;
        let now = settings(&mut connection)?;
        for (name, value) in
            self.settings.iter().filter(|(name, value)| now.get(*name) != Some(value))
        {
            redis::cmd("CONFIG").arg(&["SET", name, value]).exec(&mut connection)?;
        }
        Ok(settings(&mut connection)? == self.settings)
    }
}

fn connect(backend: &dyn Backend) -> RedisResult<Connection> {
    redis::Client::open(backend.url())?.get_connection()
}

fn settings(connection: &mut Connection) -> RedisResult<Settings> {
    redis::cmd("CONFIG").arg(&["GET", "*"]).query(connection)
}
