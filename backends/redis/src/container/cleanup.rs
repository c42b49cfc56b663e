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

/// Removes what the engine at `$2` (empty: where `docker` looks) has with the labels from `$3` on.
const REMOVE: &str = r#"
[ -z "$2" ] || export DOCKER_HOST="$2"
shift 2
for label; do set -- "$@" --filter "label=$label"; shift; done
containers=$(docker ps --all --quiet --no-trunc "$@")
[ -z "$containers" ] || docker rm --force --volumes $containers
"#;

/// No pipe reaches from another process, so its pid `$1` is looked at. Should the pid be given
/// away in between, the reaper waits in vain and the next start sweeps.
const WAIT: &str = r#"while kill -0 "$1"; do sleep 0.2; done"#;

/// Sees to it that the owner's containers are removed when the owner ends. Called before the first
/// of them is asked for, so that there is no moment in which nobody would remove it.
///
/// The reaper needs the `docker` command. Where there is none, or the reaper is killed too, the
/// next start does its work.
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
    // Held by a static on purpose: it is never dropped, and its pipe closes with the process.
    static REAPER: Mutex<Option<Reaper>> = Mutex::new(None);
    let mut reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if reaper.is_none() {
        *reaper = Some(Reaper::new(REMOVE, arguments)?);
    }
    Ok(())
}

/// The `docker` command may be set to another engine than the one that the library uses, which
/// looks at DOCKER_HOST and at this socket first.
fn engine() -> String {
    const SOCKET: &str = "/var/run/docker.sock";
    match env::var("DOCKER_HOST") {
        Ok(host) => host,
        Err(_) if Path::new(SOCKET).exists() => format!("unix://{SOCKET}"),
        Err(_) => String::new(),
    }
}
