use std::{
    env, io,
    path::Path,
    process::{Child, Stdio},
    sync::{Mutex, PoisonError},
};

use super::{labels, owner::Owner};
use crate::{Error, reaper};

/// Removes the containers that have the labels `$3` and following, from the engine at `$2`; if that
/// is empty, from the default engine of `docker`.
///
/// The engine may still be busy with a request that the owner sent just before its end, and create
/// a container after the first look.
const REMOVE: &str = r#"
[ -z "$2" ] || export DOCKER_HOST="$2"
shift 2
for label; do set -- "$@" --filter "label=$label"; shift; done
for look in 1 2 3 4; do
    containers=$(docker ps --all --quiet --no-trunc "$@")
    [ -z "$containers" ] || docker rm --force --volumes $containers
    sleep 1
done
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
    // The reaper reads a pipe whose other end only this process holds open. A static is never
    // dropped, so the pipe closes when the process ends.
    static REAPER: Mutex<Option<Child>> = Mutex::new(None);
    let mut reaper = REAPER.lock().unwrap_or_else(PoisonError::into_inner);
    if reaper.is_none() {
        let script = format!("read -r end\n{REMOVE}");
        *reaper = Some(reaper::shell(&script, arguments).stdin(Stdio::piped()).spawn()?);
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
