use std::{
    env,
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
};

use rustix::process::getuid;

use crate::Error;

/// Held while a shared container is looked for and started, by one of the user's processes at a
/// time. Dropping the file releases it, and so does the end of the process.
///
/// One file for all runs of a user: two runs seldom start at the same moment, and a file for each
/// would have to be cleaned up after killed ones.
pub(super) fn lock() -> Result<File, Error> {
    held().map_err(Error::io("lock the shared containers"))
}

fn held() -> io::Result<File> {
    // Another user's file could not be opened.
    let dir = env::temp_dir().join(format!("twincast-{}", getuid().as_raw()));
    DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
    let file = File::create(dir.join("containers.lock"))?;
    file.lock()?;
    Ok(file)
}
