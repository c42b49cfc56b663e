//! Cleans up after a process that could not do so itself.
//!
//! `Drop` does not run in a killed process, nor for a `static`. A reaper is a shell that waits
//! until a process ends for any reason, and then runs one command. It has a process group of its
//! own, so that neither Ctrl-C nor a test runner's timeout ends it together with the process.

use std::{
    io::{self, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
};

/// A reaper of this process. It reads a pipe whose other end only this process holds open.
///
/// disarmed (a line arrives)   ──► exits, does not run the task
/// process ended (end of file) ──► runs the task
#[derive(Debug)]
pub(crate) struct Reaper {
    shell: Child,
    pipe: ChildStdin,
}

impl Reaper {
    /// Runs `task`, a shell command that sees `arguments` as `$1`, `$2` …, when this process ends.
    pub(crate) fn new(task: &str, arguments: &[&str]) -> io::Result<Self> {
        let script = format!("read -r disarmed && exit\n{task}");
        let mut shell = shell(&script, arguments).stdin(Stdio::piped()).spawn()?;
        let pipe = shell.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { shell, pipe })
    }

    /// Ends the reaper without running its task.
    pub(crate) fn disarm(mut self) {
        // The write fails only if the reaper has already exited.
        let _ = self.pipe.write_all(b"\n");
        let _ = self.shell.wait();
    }
}

/// A shell that outlives the process that starts it.
pub(crate) fn shell(script: &str, arguments: &[&str]) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(script).arg("twincast-reaper").args(arguments);
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    shell
}
