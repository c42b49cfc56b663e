use std::{env, ffi::OsStr, path::PathBuf};

use crate::{Error, env::SERVER_ENV};

const NAMES: [&str; 2] = ["redis-server", "valkey-server"];

/// The named binary, else the one in the environment, else the first on PATH.
///
/// A named binary is not checked here: running it gives the better error.
pub(super) fn find(named: Option<PathBuf>) -> Result<PathBuf, Error> {
    let named = named.or_else(|| env::var_os(SERVER_ENV).filter(|v| !v.is_empty()).map(Into::into));
    match named {
        Some(path) => Ok(path),
        None => on_path(&env::var_os("PATH").unwrap_or_default()).ok_or(Error::NoServerOnPath),
    }
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
