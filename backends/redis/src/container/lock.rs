use std::{
    env,
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
};

use rustix::process::getuid;

use crate::Error;

/// Locks the search for a shared container and its start, so that one of the user's processes does
/// it at a time. Dropping the file releases the lock, and so does the end of the process.
///
/// All runs of a user use one file: runs seldom start at the same moment, and a file for each run
/// would be left behind by a killed one.
pub(super) fn lock() -> Result<File, Error> {
    held().map_err(Error::io("lock the shared containers"))
}

fn held() -> io::Result<File> {
    // A folder for each user: a user cannot open the file of another.
    let dir = env::temp_dir().join(format!("twincast-{}", getuid().as_raw()));
    DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
    let file = File::create(dir.join("containers.lock"))?;
    file.lock()?;
    Ok(file)
}
