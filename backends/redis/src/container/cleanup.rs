use std::{
    env, io,
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::{labels, owner::Owner};
use crate::{
    Error,
    reaper::{self, Reaper},
};

/// Removes the containers that have the labels `$3` and following, from the engine at `$2`; if that
/// is empty, from the default engine of `docker`.
const REMOVE: &str = r#"
[ -z "$2" ] || export DOCKER_HOST="$2"
shift 2
for label; do set -- "$@" --filter "label=$label"; shift; done
containers=$(docker ps --all --quiet --no-trunc "$@")
[ -z "$containers" ] || docker rm --force --volumes $containers
"#;

/// There is no pipe to another process, so its pid `$1` is polled. If the pid is reused in between,
/// the reaper waits for the wrong process, and the next start removes the containers.
const WAIT: &str = r#"while kill -0 "$1"; do sleep 0.2; done"#;

/// Starts a reaper that removes the owner's containers when the owner ends. Call it before the
/// first container is created, so that none is ever without a reaper.
///
/// The reaper needs the `docker` command. If that is missing, or the reaper is killed too, the next
/// start removes the containers.
pub(super) fn when_owner_ends(owner: &Owner) -> Result<(), Error> {
    let mut arguments = vec![owner.pid.to_string(), engine()];
    arguments.extend(labels::filters(&labels::own(owner)));
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();

    let started = if owner.is_this() {
        when_this_ends(&arguments)
    } else {
        reaper::shell(&format!("{WAIT}\n{REMOVE}"), &arguments).spawn().map(drop)
    };
    started.map_err(Error::io("start the containers' reaper"))
}

fn when_this_ends(arguments: &[&str]) -> io::Result<()> {
    // A static is never dropped, so the pipe closes only when the process ends.
    static REAPER: Mutex<Option<Reaper>> = Mutex::new(None);
    let mut reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if reaper.is_none() {
        *reaper = Some(Reaper::new(REMOVE, arguments)?);
    }
    Ok(())
}

/// The engine that the library uses: DOCKER_HOST, else this socket. A context of the `docker`
/// command may select another one.
fn engine() -> String {
    const SOCKET: &str = "/var/run/docker.sock";
    match env::var("DOCKER_HOST") {
        Ok(host) => host,
        Err(_) if Path::new(SOCKET).exists() => format!("unix://{SOCKET}"),
        Err(_) => String::new(),
    }
}
