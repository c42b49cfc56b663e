//! Runs the built program in a repository of its own.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output};
use std::sync::{Arc, OnceLock};

use tempfile::TempDir;

/// Makes a repository with these conversations, given as names and texts.
pub(crate) fn repository(conversations: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("tests/conversations/basics");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in conversations {
        fs::write(folder.join(format!("{name}.twin")), text).unwrap();
    }
    root
}

pub(crate) fn twincast(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command
        .args(words)
        .current_dir(folder)
        .env_remove("CARGO")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

/// The number of a process that starts later, for the hook of its server.
#[derive(Clone, Default)]
pub(crate) struct ProcessId(Arc<OnceLock<u32>>);

impl ProcessId {
    pub(crate) fn set(&self, process: &Child) {
        self.0.set(process.id()).unwrap();
    }

    /// Sends a signal, such as `KILL`, as soon as the process is known.
    pub(crate) fn signal(&self, signal: &str) {
        let words = [format!("-{signal}"), self.0.wait().to_string()];
        assert!(Command::new("kill").args(words).status().unwrap().success());
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Writes a program, with a shell. If this process wrote it, a program that another test starts
/// could hold the open file for a moment, and a file that is open for writing cannot be run.
pub(crate) fn write_program(path: &Path, text: &str) {
    let write = ["-c", "printf %s \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", text];
    assert!(Command::new("/bin/sh").args(write).arg(path).status().unwrap().success());
}
