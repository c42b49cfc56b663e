//! Cleans up after a process that could not do so itself.
//!
//! `Drop` does not run in a killed process, nor for a `static`. A reaper is a shell that waits
//! until a process ends for any reason, and then runs one command.

use std::{
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

/// A shell that outlives the process that starts it. It has a process group of its own, so that
/// neither Ctrl-C nor a test runner's timeout ends it together with the process, and it ignores the
/// signals by which a terminal or a session ends everything at once.
pub(crate) fn shell(script: &str, arguments: &[&str]) -> Command {
    let script = format!("trap '' HUP INT PIPE TERM\n{script}");
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(script).arg("twincast-reaper").args(arguments);
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    shell
}
