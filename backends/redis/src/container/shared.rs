use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use super::{
    Image, cleanup,
    engine::{Engine, ServerConfig},
    labels,
    lock::lock,
    orphans,
    owner::Owner,
};
use crate::Error;

/// A container that all processes of a run use. It is removed when its owner ends.
#[derive(Debug, Clone)]
pub(super) struct SharedContainer {
    pub(super) id: String,
    pub(super) addr: SocketAddr,
}

/// The run's container with this image. The first process to call this starts it.
pub(super) fn get_or_start(engine: &Engine, image: &Image) -> Result<SharedContainer, Error> {
    // This mutex is for the threads of this process; a file lock is for the other processes.
    static KNOWN: Mutex<Option<HashMap<Image, SharedContainer>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(shared) = known.get(image) {
        return Ok(shared.clone());
    }
    let shared = find_or_start(engine, image)?;
    known.insert(image.clone(), shared.clone());
    Ok(shared)
}

fn find_or_start(engine: &Engine, image: &Image) -> Result<SharedContainer, Error> {
    let owner = Owner::of_run()?;
    let _lock = lock()?;
    let labels = labels::shared(&owner, image);

    for (id, _) in engine.list(&labels)? {
        if let Ok(addr) = engine.addr(&id) {
            return Ok(SharedContainer { id, addr });
        }
        // Its start was killed, or it was stopped since.
        engine.remove(&id)?;
    }
    orphans::remove(engine)?;
    cleanup::when_owner_ends(&owner)?;
    let id = engine.start(image, &ServerConfig::default(), labels)?;
    let addr = engine.addr(&id)?;
    Ok(SharedContainer { id, addr })
}
