//! The processor time of a server, as the operating system counts it.
//!
//! Linux shows it under `/proc`. Other systems, and servers on other machines, have no such figure,
//! and tables leave it out.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

/// A set of processes, or one thread.
#[derive(Clone, Debug)]
pub(super) struct Cpu {
    /// Each is the directory of a thread, or has such a directory for every thread of a process.
    tasks: Vec<PathBuf>,
}

impl Cpu {
    /// All threads of this process.
    pub(super) fn of_process(pid: u32) -> Option<Self> {
        Self { tasks: vec![format!("/proc/{pid}/task").into()] }.readable()
    }

    /// The calling thread.
    pub(super) fn of_this_thread() -> Option<Self> {
        let thread = fs::read_link("/proc/thread-self").ok()?;
        Self { tasks: vec![PathBuf::from("/proc").join(thread)] }.readable()
    }

    /// Every process of the container with this id.
    #[cfg(any(feature = "container", test))]
    pub(super) fn of_container(id: &str) -> Option<Self> {
        let inside = |pid: &u32| {
            fs::read_to_string(format!("/proc/{pid}/cgroup")).is_ok_and(|text| text.contains(id))
        };
        let tasks = pids().filter(inside).map(|pid| format!("/proc/{pid}/task").into()).collect();
        Self { tasks }.readable()
    }

    /// The process of this machine that listens at this address.
    pub(super) fn of_listener(address: SocketAddr) -> Option<Self> {
        Self::of_process(listener(address)?)
    }

    /// The processor time since the start of the processes or the thread.
    pub(super) fn used(&self) -> Option<Duration> {
        let nanos: Option<Vec<u64>> = self.tasks.iter().map(nanos_below).collect();
        Some(Duration::from_nanos(nanos?.iter().sum()))
    }

    fn readable(self) -> Option<Self> {
        (!self.tasks.is_empty() && self.used().is_some()).then_some(self)
    }
}

/// Reads the first figure of `schedstat`, which is the time on a processor in nanoseconds. The
/// better known `stat` counts in hundredths of a second, which is too coarse for a round.
fn nanos_below(directory: &PathBuf) -> Option<u64> {
    let of_thread = |path: PathBuf| -> Option<u64> {
        fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    if directory.ends_with("task") {
        let threads = fs::read_dir(directory).ok()?.flatten();
        // A thread may end during this loop.
        let nanos: Vec<u64> = threads.filter_map(|thread| of_thread(thread.path())).collect();
        (!nanos.is_empty()).then(|| nanos.iter().sum())
    } else {
        of_thread(directory.clone())
    }
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The process that owns the listening socket. A table of addresses has the socket's inode, and so
/// have the file descriptors of its owner.
fn listener(address: SocketAddr) -> Option<u32> {
    if !address.ip().is_loopback() {
        return None;
    }
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .find_map(|table| inode(&fs::read_to_string(table).ok()?, address.port()))?;
    let wanted = PathBuf::from(format!("socket:[{inode}]"));
    pids().find(|pid| {
        let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_link(file.path()).ok()).any(|target| target == wanted)
    })
}

/// The inode of the socket that listens on this port.
fn inode(table: &str, port: u16) -> Option<u64> {
    const LISTENS: &str = "0A";
    let wanted = format!(":{port:04X}");
    table.lines().find_map(|line| {
        let mut columns = line.split_whitespace().skip(1);
        let (local, _, state) = (columns.next()?, columns.next()?, columns.next()?);
        (local.ends_with(&wanted) && state == LISTENS).then(|| columns.nth(5)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, process};

    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1E78 0100007F:B0B2 01 00000000:00000000 00:00000000 00000000     0        0 17 1
   1: 0100007F:1E78 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 48213 1
";

    #[test]
    fn should_find_the_socket_that_listens_and_not_one_that_is_connected() {
        assert_eq!(inode(TABLE, 7800), Some(48213));
        assert_eq!(inode(TABLE, 780), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn should_find_the_process_behind_an_address() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listener(socket.local_addr().unwrap()), Some(process::id()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn should_count_the_time_of_this_thread() {
        let cpu = Cpu::of_this_thread().unwrap();
        let before = cpu.used().unwrap();
        // Busy until the clock has moved, on a machine of any speed.
        while cpu.used().unwrap() < before + Duration::from_millis(2) {}
        let process = Cpu::of_process(process::id()).unwrap();
        assert!(process.used().unwrap() >= cpu.used().unwrap() - before);
    }

    #[test]
    fn should_have_no_figure_for_a_missing_process() {
        assert!(Cpu::of_process(u32::MAX).is_none());
        assert!(Cpu::of_container("no container has this id").is_none());
        assert!(Cpu::of_listener("192.0.2.1:6379".parse().unwrap()).is_none());
    }
}
