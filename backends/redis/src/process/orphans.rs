//! What runs left behind whose process and reaper were both killed.

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::Path,
};

use rustix::process::{Pid, Signal, getuid, kill_process};

use super::run_dir::PREFIX;

/// Ends the servers of dead owners and removes their directories.
///
/// The owner of a directory holds its lock. Errors do not matter: the next start tries again.
pub(super) fn remove(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_run_dir = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.metadata().is_ok_and(|it| it.is_dir() && it.uid() == getuid().as_raw());
        if !is_run_dir {
            continue;
        }
        let Ok(dir) = File::open(entry.path()) else { continue };
        if dir.try_lock().is_ok() {
            end_servers(&entry.path());
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Kills the processes that work in the directory. A pid from a file could be another process by
/// now; the working directory of a process cannot.
///
/// Systems without `/proc` tell nothing of the kind; there, only the reaper ends servers.
fn end_servers(dir: &Path) {
    let Ok(dir) = dir.canonicalize() else { return };
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        let works_there =
            fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&dir));
        if let Some(pid) = pid.and_then(Pid::from_raw)
            && works_there
        {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_leave_alone_what_is_not_its_own() {
        let parent = tempfile::tempdir().unwrap();
        let (other, orphan) =
            (parent.path().join("twincast-0"), parent.path().join(format!("{PREFIX}1")));
        fs::create_dir(&other).unwrap();
        fs::create_dir_all(orphan.join("1")).unwrap();
        remove(parent.path());
        assert!(other.is_dir());
        assert!(!orphan.exists());
    }
}
