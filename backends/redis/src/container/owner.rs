use std::{env, fs, io, os::unix::process::parent_id, process};

use rustix::system::uname;

use crate::{Error, env::OWNER_ENV};

/// The process that containers live for: with its end they go, whatever that end is.
///
/// A pid alone may be given to another process later, and means nothing on another host; the
/// engine may be shared by several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) host: String,
    pub(super) pid: u32,
    pub(super) started: String,
}

impl Owner {
    /// This process: the owner of what it does not share.
    pub(super) fn this() -> Result<Self, Error> {
        Self::running(process::id()).ok_or_else(|| {
            Error::io("read when this process was started")(io::ErrorKind::NotFound.into())
        })
    }

    /// The run that this process is part of: the process that `TWINCAST_OWNER` names; under
    /// nextest, where every test is a process, the runner; else this process.
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

    /// Whether the owner is a process of this host that has ended. Those of other hosts are theirs to judge.
    pub(super) fn is_gone(&self) -> bool {
        self.host == this_host() && started(self.pid).as_ref() != Some(&self.started)
    }
}

/// The host's name, and the namespace that its pids are counted in.
pub(super) fn this_host() -> String {
    let name = uname().nodename().to_string_lossy().into_owned();
    match fs::read_link("/proc/self/ns/pid") {
        Ok(namespace) => format!("{name}/{}", namespace.display()),
        Err(_) => name,
    }
}

/// When a process was started, in whatever unit the system has; `None` once it has ended, also
/// while nobody has asked for its exit status yet.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may itself hold spaces and parentheses.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    // Field 22 of the line; the state was field 3.
    let started = fields.nth(18)?;
    (!matches!(state, "Z" | "X")).then(|| started.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn started(pid: u32) -> Option<String> {
    // Two processes may have set other languages and places, and must read the same.
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
    fn should_know_a_process_from_its_start_to_its_end() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let owner = Owner::running(child.id()).unwrap();
        assert!(!owner.is_gone());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(owner.is_gone());
    }

    #[test]
    fn should_not_take_another_process_with_the_same_pid_for_the_owner() {
        let owner = Owner { started: "1".into(), ..Owner::this().unwrap() };
        assert!(owner.is_gone());
    }

    #[test]
    fn should_leave_the_owners_of_other_hosts_alone() {
        let owner = Owner { host: "elsewhere".into(), pid: 1, started: "1".into() };
        assert!(!owner.is_gone());
    }
}
