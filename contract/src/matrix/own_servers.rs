//! Real servers that one case at a time has to itself. They are reused, because a container takes a
//! second to start; cases that run at the same time have a server each.

use std::sync::{Arc, Mutex, PoisonError};

use super::reserved;
use super::reset::{Settings, reset, settings};
use crate::backend::{Backend, BackendError, Spec};

/// The servers that were started so far.
static SERVERS: Mutex<Vec<OwnServer>> = Mutex::new(Vec::new());

#[derive(Clone)]
struct OwnServer {
    backend: Arc<dyn Backend>,
    /// The reply to `CONFIG GET *` just after the start.
    settings: Arc<Settings>,
}

/// A server that no other case uses, and that is as new: one that was reset, else a new one.
pub(super) fn start(spec: &Spec) -> Result<Arc<dyn Backend>, BackendError> {
    if let Spec::Remote(url) = spec {
        return reserved::reserve(url);
    }
    while let Some(server) = take_free() {
        if reset(&*server.backend, &server.settings).unwrap_or(false) {
            return Ok(server.backend);
        }
        discard(&server);
    }
    let backend = spec.start_exclusive()?;
    // A server that does not tell its settings cannot be reset, so it is not kept.
    if let Ok(settings) = settings(&*backend) {
        let server = OwnServer { backend: Arc::clone(&backend), settings: Arc::new(settings) };
        SERVERS.lock().unwrap_or_else(PoisonError::into_inner).push(server);
    }
    Ok(backend)
}

/// A server that no case holds. From now on it is held by the caller.
fn take_free() -> Option<OwnServer> {
    let servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.iter().find(|server| Arc::strong_count(&server.backend) == 1).cloned()
}

fn discard(server: &OwnServer) {
    let mut servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.retain(|other| !Arc::ptr_eq(&other.backend, &server.backend));
}
