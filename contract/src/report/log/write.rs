use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use super::entry::LoggedCase;

/// Names the folder of the log.
const VARIABLE: &str = "TWINCAST_CASES";

/// The folder of the log, if this run keeps one.
pub(crate) fn folder() -> Option<PathBuf> {
    env::var_os(VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// Appends a line to the file of this process.
pub(crate) fn write(folder: &Path, case: &LoggedCase) -> io::Result<()> {
    let path = folder.join(format!("{}.jsonl", process::id()));
    let append = || -> io::Result<()> {
        let line = format!("{}\n", serde_json::to_string(case)?);
        fs::create_dir_all(folder)?;
        // One write: several threads append to the file.
        OpenOptions::new().create(true).append(true).open(&path)?.write_all(line.as_bytes())
    };
    append().map_err(|error| {
        let path = path.display();
        let text = format!("cannot write {path}: {error}; set {VARIABLE} to another folder");
        io::Error::new(error.kind(), text)
    })
}
