use std::{env, fs, io, os::unix::process::parent_id, process};

use rustix::system::uname;

use crate::{Error, env::OWNER_ENV};

/// The process that owns containers: they are removed when it ends.
///
/// A pid alone does not identify it: the system reuses pids, and several hosts may share an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) host: String,
    pub(super) pid: u32,
    pub(super) started: String,
}

impl Owner {
    /// This process, which owns the containers that it does not share.
    pub(super) fn this() -> Result<Self, Error> {
        Self::running(process::id()).ok_or_else(|| {
            Error::io("read when this process was started")(io::ErrorKind::NotFound.into())
        })
    }

    /// The owner of this run's shared containers: the process that `TWINCAST_OWNER` names; under
    /// nextest, which runs every test in a process, the runner; else this process.
    pub(super) fn of_run() -> Result<Self, Error> {
        if let Some(pid) = env::var(OWNER_ENV).ok().filter(|pid| !pid.is_empty()) {
            let running = pid.parse().ok().and_then(Self::running);
            return running.ok_or(Error::OwnerNotRunning { pid });
        }
        if env::var_os("NEXTEST").is_some() {
            return Self::running(parent_id()).map_or_else(Self::this, Ok);
        }
        Self::this()
    }

    fn running(pid: u32) -> Option<Self> {
        Some(Self { host: this_host(), pid, started: started(pid)? })
    }

    pub(super) fn is_this(&self) -> bool {
        self.pid == process::id()
    }

    /// Whether the owner has ended. The answer is no for owners on other hosts, which this process
    /// cannot see.
    pub(super) fn is_gone(&self) -> bool {
        self.host == this_host() && started(self.pid).as_ref() != Some(&self.started)
    }
}

/// The host's name and the pid namespace: pids are unique within both.
pub(super) fn this_host() -> String {
    let name = uname().nodename().to_string_lossy().into_owned();
    match fs::read_link("/proc/self/ns/pid") {
        Ok(namespace) => format!("{name}/{}", namespace.display()),
        Err(_) => name,
    }
}

/// The start time of a process, in a unit of the system; `None` if it has ended or is a zombie.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may contain spaces and parentheses.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    // Field 22 of the line; the state was field 3.
    let started = fields.nth(18)?;
    (!matches!(state, "Z" | "X")).then(|| started.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn started(pid: u32) -> Option<String> {
    // All processes must read the same text, whatever their locale and time zone.
    let mut ps = process::Command::new("ps");
    ps.args(["-o", "lstart=", "-p", &pid.to_string()]).env("LC_ALL", "C").env("TZ", "UTC");
    let started = String::from_utf8(ps.output().ok()?.stdout).ok()?;
    let words: Vec<_> = started.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join("-"))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn should_be_gone_once_its_process_has_ended() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let owner = Owner::running(child.id()).unwrap();
        assert!(!owner.is_gone());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(owner.is_gone());
    }

    #[test]
    fn should_tell_a_reused_pid_from_the_owner() {
        let owner = Owner { started: "1".into(), ..Owner::this().unwrap() };
        assert!(owner.is_gone());
    }

    #[test]
    fn should_never_be_gone_on_another_host() {
        let owner = Owner { host: "elsewhere".into(), pid: 1, started: "1".into() };
        assert!(!owner.is_gone());
    }
}
