use super::{engine::Engine, labels, owner};
use crate::Error;

/// Removes the containers whose owners have ended, and returns how many there were.
///
/// Usually a reaper has removed them when the owner ended. Some remain if the reaper was killed
/// too, or found no `docker` command. Every start of a container removes orphans as well.
///
/// ```no_run
/// let removed = twincast_redis::container::remove_orphans()?;
/// println!("{removed} orphaned containers removed");
/// # Ok::<(), twincast_redis::Error>(())
/// ```
pub fn remove_orphans() -> Result<usize, Error> {
    remove(&Engine::connect()?)
}

pub(super) fn remove(engine: &Engine) -> Result<usize, Error> {
    let here = labels::of_host(&owner::this_host());
    let mut removed = 0;
    for (id, labels) in engine.list(&here)? {
        if labels::owner(&labels).is_some_and(|owner| owner.is_gone()) {
            engine.remove(&id)?;
            removed += 1;
        }
    }
    Ok(removed)
}
