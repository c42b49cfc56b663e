use std::{
    env,
    ffi::OsStr,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::{Error, env::SERVER_ENV};

const NAMES: [&str; 2] = ["redis-server", "valkey-server"];

/// The named binary, else the one in the environment, else the first on PATH.
pub(super) fn find(named: Option<PathBuf>) -> Result<PathBuf, Error> {
    let named = named.or_else(|| env::var_os(SERVER_ENV).filter(|v| !v.is_empty()).map(Into::into));
    match named {
        Some(path) => runnable(path),
        None => on_path(&env::var_os("PATH").unwrap_or_default()).ok_or(Error::NoServerOnPath),
    }
}

/// Checks a binary before a shell runs it, whose error would be a line in the server's log.
///
/// The server runs in another directory, so a relative path is made absolute.
fn runnable(path: PathBuf) -> Result<PathBuf, Error> {
    let check = |path: &Path| {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() || metadata.permissions().mode() & 0o111 == 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        std::path::absolute(path)
    };
    // A bare name is looked up on PATH.
    match path.components().count() {
        1 if !path.exists() => env::split_paths(&env::var_os("PATH").unwrap_or_default())
            .map(|dir| dir.join(&path))
            .find(|candidate| check(candidate).is_ok())
            .map_or_else(|| check(&path), Ok),
        _ => check(&path),
    }
    .map_err(|reason| Error::CannotRunBinary { path, reason })
}

fn on_path(path: &OsStr) -> Option<PathBuf> {
    let dirs: Vec<_> = env::split_paths(path).collect();
    NAMES
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn should_prefer_redis_to_valkey_wherever_they_are_on_path() {
        let first = tempfile::tempdir().unwrap();
        let second = tempfile::tempdir().unwrap();
        fs::write(first.path().join("valkey-server"), "").unwrap();
        let path = env::join_paths([first.path(), second.path()]).unwrap();
        assert_eq!(on_path(&path), Some(first.path().join("valkey-server")));

        fs::write(second.path().join("redis-server"), "").unwrap();
        assert_eq!(on_path(&path), Some(second.path().join("redis-server")));
    }

    #[test]
    fn should_find_nothing_on_an_empty_path() {
        assert_eq!(on_path(OsStr::new("")), None);
    }
}
