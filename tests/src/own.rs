//! The real server that one case has to itself, and after it the next: a container takes a second to
//! start.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use redis::{Connection, RedisResult};
use twincast::backend::{Backend, BackendError, Spec};

/// The one that was started last.
static LAST: Mutex<Option<Own>> = Mutex::new(None);

type Settings = BTreeMap<String, String>;

struct Own {
    backend: Arc<dyn Backend>,
    /// What `CONFIG GET *` said when it was new.
    settings: Settings,
}

/// A server that nobody else uses: the last one, if it can be made as new, else another.
pub(crate) fn start(spec: &Spec) -> Result<Arc<dyn Backend>, BackendError> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(own) = &*last
        && own.is_free()
        && own.renew().unwrap_or(false)
    {
        return Ok(Arc::clone(&own.backend));
    }
    // The old one goes first, so that there is at most one beside the shared one.
    *last = None;
    let backend = spec.start_exclusive()?;
    // One that cannot be asked is given to no second case.
    let settings = connect(&*backend).and_then(|mut connection| settings(&mut connection));
    *last = settings.ok().map(|settings| Own { backend: Arc::clone(&backend), settings });
    Ok(backend)
}

impl Own {
    fn is_free(&self) -> bool {
        Arc::strong_count(&self.backend) == 1
    }

    /// Ends whoever is connected, takes all keys away, and sets back what was set. Whether it is as
    /// new then.
    fn renew(&self) -> RedisResult<bool> {
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
