//! The built program, run in a repository of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A repository with these conversations, by their names.
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

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Writes a program, by a shell: while this process has it open, a program that is started beside
/// has it open too, for a moment, and what somebody writes to cannot be run.
pub(crate) fn write_program(path: &Path, text: &str) {
    let write = ["-c", "printf %s \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", text];
    assert!(Command::new("/bin/sh").args(write).arg(path).status().unwrap().success());
}
