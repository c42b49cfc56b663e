//! The real server that one case has to itself, and after it the next: a container takes a second of
//! every processor to start.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use redis::RedisResult;
use twincast::backend::{Backend, BackendError, Spec};

/// The one that was started last.
static LAST: Mutex<Option<Own>> = Mutex::new(None);

struct Own {
    backend: Arc<dyn Backend>,
    /// What it was when it was new.
    new: Condition,
}

/// A server that nobody else uses, and that is as new: what the last case left as it found it, else
/// another one.
pub(crate) fn start(spec: &Spec) -> Result<Arc<dyn Backend>, BackendError> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(own) = &*last
        && own.is_as_new()
    {
        return Ok(Arc::clone(&own.backend));
    }
    // The old one goes first, so that there is at most one beside the shared one.
    *last = None;
    let backend = spec.start_own()?;
    // One that cannot be asked is given to no second case.
    *last = condition(&*backend).ok().map(|new| Own { backend: Arc::clone(&backend), new });
    Ok(backend)
}

impl Own {
    fn is_as_new(&self) -> bool {
        Arc::strong_count(&self.backend) == 1
            && condition(&*self.backend).is_ok_and(|now| now == self.new)
    }
}

/// What a case could have changed.
#[derive(PartialEq, Eq)]
struct Condition {
    settings: BTreeMap<String, String>,
    keys: usize,
}

/// Ends whoever is connected, and asks.
fn condition(backend: &dyn Backend) -> RedisResult<Condition> {
    let mut connection = redis::Client::open(backend.url())?.get_connection()?;
    for kind in ["pubsub", "normal"] {
        redis::cmd("CLIENT").arg(&["KILL", "TYPE", kind]).exec(&mut connection)?;
    }
    Ok(Condition {
        settings: redis::cmd("CONFIG").arg(&["GET", "*"]).query(&mut connection)?,
        keys: redis::cmd("DBSIZE").query(&mut connection)?,
    })
}
