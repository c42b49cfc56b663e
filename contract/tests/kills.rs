//! Nothing is left of a run that is killed, whatever the moment: no process, container, directory or
//! socket file.
//!
//! A run is killed after a random time, which is a part of the test and no waiting. The seed is
//! printed. `just kills` sets the variables below.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use socket2::SockRef;
use tempfile::TempDir;
use twincast::backend::Spec;

use crate::support::program::write_program;

/// How many runs are killed.
const KILLS: &str = "TWINCAST_KILLS";
/// The seed of their order and moments.
const SEED: &str = "TWINCAST_KILLS_SEED";
/// A binary with cases, which needs the feature `redis`.
const CASES: &str = "TWINCAST_KILLS_CASES";
/// An image of which containers are started, by a binary with the feature `container`.
const IMAGE: &str = "TWINCAST_KILLS_IMAGE";
/// A real server. Without it, the embedded server stands in for it.
const SERVER: &str = "TWINCAST_REDIS_SERVER";

/// Set in the process that holds servers until it is killed.
const HOLD: &str = "TWINCAST_TEST_HOLD";

/// Until when a killed run must have been cleaned up.
const DEADLINE: Duration = Duration::from_secs(60);

/// Makes a shell the program that is to be killed. File 9 is open in everything that it starts, so
/// that its end is the end of all of them.
const WITH_LIFELINE: &str = r#"exec 9>&1 >/dev/null; exec "$@""#;

/// In place of `redis-server`: takes its options, and says what it says.
const STAND_IN: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in
        --port) port=$2 ;;
        --unixsocket) path=$2 ;;
    esac
    shift 2
done
TWINCAST serve --port "$port" --unix "$path" | {
    read -r url
    echo "Ready to accept connections"
    echo "Cluster state changed: ok"
    cat
}
"#;

const SIGNALS: [(&str, Signal); 3] =
    [("SIGINT", Signal::INT), ("SIGTERM", Signal::TERM), ("SIGKILL", Signal::KILL)];

/// What is killed, each in a directory of its own.
struct Setting {
    server: PathBuf,
    _folder: TempDir,
}

impl Setting {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let stand_in = folder.path().join("server");
        let program = format!("'{}'", env!("CARGO_BIN_EXE_twincast"));
        write_program(&stand_in, &STAND_IN.replace("TWINCAST", &program));
        let server = env::var_os(SERVER).map_or(stand_in, PathBuf::from);
        Self { server, _folder: folder }
    }

    fn spec(&self) -> String {
        format!("process:{}", self.server.display())
    }

    /// Every command line, by name.
    fn command_lines(&self, socket: &Path) -> Vec<(&'static str, Vec<OsString>)> {
        let spec = &*self.spec();
        let twincast = |words: &[&str]| {
            let program = OsString::from(env!("CARGO_BIN_EXE_twincast"));
            std::iter::once(program).chain(words.iter().map(OsString::from)).collect()
        };
        let (rounds, load) = (["--rounds", "99", "--seconds", "1"], ["--load", "latency"]);
        let bench = [&["bench", "--against", "embedded", "--against", spec], &rounds[..], &load];
        let explore = ["explore", "--against", spec, "--reference", spec, "--minutes", "9"];
        let serve = ["serve", "--unix", socket.to_str().unwrap()];
        let mut lines = vec![
            ("verify", twincast(&["verify", "--against", spec])),
            ("explore", twincast(&explore)),
            ("bench", twincast(&bench.concat())),
            ("serve", twincast(&serve)),
            ("hold", hold_line()),
        ];
        if let Some(cases) = env::var_os(CASES) {
            let in_container = ["env", "-u", SERVER].map(OsString::from);
            let in_container = in_container.into_iter().chain([cases.clone()]).collect();
            lines.push(("cases", vec![cases]));
            if env::var_os(IMAGE).is_some() {
                lines.push(("cases in a container", in_container));
            }
        }
        if let Some(image) = env::var_os(IMAGE) {
            let against = format!("container:{}", image.to_str().unwrap());
            let lasting = ["--case", "own/"];
            lines.push(("container", twincast(&["verify", "--against", "container"])));
            lines.push((
                "own container",
                twincast(&[&["verify", "--against", &against], &lasting[..]].concat()),
            ));
        }
        lines
    }
}

/// This program, holding servers.
fn hold_line() -> Vec<OsString> {
    let words = ["--ignored", "--exact", "--nocapture", "kills::hold_servers"].map(OsString::from);
    std::iter::once(env::current_exe().unwrap().into()).chain(words).collect()
}

/// A program that runs.
struct Run {
    child: Child,
    /// Ends when everything has ended that the program started.
    end: Receiver<()>,
}

impl Run {
    fn start(line: &[OsString], setting: &Setting, temporary: &Path, stderr: Stdio) -> Self {
        let (mut lifeline, writer) = io::pipe().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", WITH_LIFELINE, "sh"]).args(line);
        command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
        command.env("TMPDIR", temporary).env(HOLD, &setting.server).env(SERVER, &setting.server);
        if let Some(image) = env::var_os(IMAGE) {
            command.env("TWINCAST_REDIS_IMAGE", image);
        }
        command.env_remove("TWINCAST_OWNER").env_remove("NEXTEST");
        command.stdin(Stdio::piped()).stdout(writer).stderr(stderr);
        let child = command.spawn().unwrap();
        let (sender, end) = mpsc::channel();
        thread::spawn(move || {
            let _ = lifeline.read_to_end(&mut Vec::new());
            let _ = sender.send(());
        });
        Self { child, end }
    }

    /// Whether it is still running after a time.
    fn outlives(&self, time: Duration) -> bool {
        matches!(self.end.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }

    fn kill(&mut self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
        self.child.wait().unwrap();
    }

    fn has_left_no_process(&self) -> bool {
        !matches!(self.end.recv_timeout(DEADLINE), Err(RecvTimeoutError::Timeout))
    }
}

/// The entries of the directory for temporary files. The locks that all runs of a user share are no
/// leftovers: there is one of each, and it stays.
fn leftovers(temporary: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(temporary).unwrap().map(|entry| entry.unwrap().path());
    let is_lock = |path: &Path| {
        path.join("containers.lock").exists() || path.ends_with("serial-test-own_server")
    };
    entries.filter(|path| !is_lock(path)).collect()
}

/// The containers that belong to a process.
fn containers(owner: u32) -> Vec<String> {
    if env::var_os(IMAGE).is_none() {
        return Vec::new();
    }
    let mut docker = Command::new("docker");
    docker.args(["ps", "--all", "--quiet", "--filter", &format!("label=twincast.owner={owner}")]);
    let output = docker.output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn should_leave_nothing_whatever_the_moment() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (kills, seed) = (number(KILLS).unwrap_or(15), number(SEED).unwrap_or(fastrand::u64(..)));
    eprintln!("{kills} kills with {SEED}={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let setting = Setting::new();
    let (mut killed, mut next_starts) = (0, 0);
    for nth in 0..kills {
        let temporary = TempDir::new().unwrap();
        let socket = temporary.path().join("serve.sock");
        let lines = setting.command_lines(&socket);
        let (name, line) = &lines[nth as usize % lines.len()];
        let (signal_name, signal) = SIGNALS[random.usize(..SIGNALS.len())];
        // Starts take milliseconds, or a second for a container, and are more interesting.
        let moment = Duration::from_secs_f64(random.f64().powi(2) * 4.0);
        let what = format!("{nth}: {name}, {signal_name} after {moment:?} (seed {seed})");
        let started =
            |line: &[OsString]| Run::start(line, &setting, temporary.path(), Stdio::null());

        let mut run = started(line);
        killed += u64::from(run.outlives(moment));
        run.kill(signal);
        assert!(run.has_left_no_process(), "{what}: a process is left");
        if signal == Signal::KILL && *name == "serve" && socket.exists() {
            // No reaper watches the embedded server: the next start replaces its socket file.
            next_starts += 1;
            let mut next = started(line);
            next.wait_for_socket(&socket);
            next.kill(Signal::TERM);
        }
        if !containers(run.child.id()).is_empty() {
            // The engine created it after the reaper's last look.
            next_starts += 1;
            let mut next = started(line);
            next.child.wait().unwrap();
            assert!(next.has_left_no_process(), "{what}: the next start left a process");
        }
        assert_eq!(containers(run.child.id()), [""; 0], "{what}");
        assert_eq!(leftovers(temporary.path()), [""; 0].map(PathBuf::from), "{what}");
    }
    eprintln!(
        "{killed} of {kills} were killed while they ran; {next_starts} needed the next start"
    );
}

impl Run {
    /// Waits until a server listens on the socket. It prints its URLs then, which nobody reads here.
    fn wait_for_socket(&self, socket: &Path) {
        while UnixStream::connect(socket).is_err() {
            assert!(self.outlives(Duration::from_millis(20)), "the server ended");
        }
    }
}

/// The process of the test above and below: holds servers in what is never dropped.
#[test]
#[ignore = "run by the tests of this file, in a process of its own"]
fn hold_servers() {
    if let Some(server) = env::var_os(HOLD) {
        let spec = Spec::Process(Some(server.into()));
        let starts = [(); 4].map(|()| {
            let spec = spec.clone();
            thread::spawn(move || spec.start().unwrap())
        });
        std::mem::forget(starts.map(|start| start.join().unwrap()));
        eprintln!("\nheld");
        let _ = io::stdin().read(&mut [0]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn should_remove_at_the_next_start_what_a_killed_reaper_left() {
    let (setting, temporary) = (Setting::new(), TempDir::new().unwrap());
    let mut run = held(&setting, &temporary);
    let reapers = reapers_of(run.child.id());
    assert!(!reapers.is_empty());
    for reaper in reapers {
        let _ = kill_process(reaper, Signal::KILL);
    }
    run.kill(Signal::KILL);
    assert_eq!(leftovers(temporary.path()).len(), 1);
    assert!(run.end.try_recv().is_err(), "no server was left");

    // The next start removes what is left, before its server starts.
    let mut next = held(&setting, &temporary);
    assert!(run.has_left_no_process());
    next.kill(Signal::KILL);
    assert!(next.has_left_no_process());
    assert_eq!(leftovers(temporary.path()), [""; 0].map(PathBuf::from));
}

/// The reapers that a process started, whichever of its threads did: a thread that ends passes its
/// children on.
#[cfg(target_os = "linux")]
fn reapers_of(parent: u32) -> Vec<Pid> {
    let text =
        |pid: i32, file| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let parent = format!("PPid:\t{parent}\n");
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok())
        .filter(|pid| text(*pid, "status").contains(&parent))
        .filter(|pid| text(*pid, "cmdline").contains("twincast-reaper"))
        .filter_map(Pid::from_raw)
        .collect()
}

/// A run that holds a server.
#[cfg(target_os = "linux")]
fn held(setting: &Setting, temporary: &TempDir) -> Run {
    let mut run = Run::start(&hold_line(), setting, temporary.path(), Stdio::piped());
    let mut lines = BufReader::new(run.child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "held"));
    run
}

#[test]
fn should_replace_a_socket_on_which_no_process_listens() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("serve.sock");
    let serve = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
        command.arg("serve").arg("--until-eof").arg("--unix").arg(&socket);
        command.stdin(Stdio::null()).output().unwrap()
    };
    let listener = UnixListener::bind(&socket).unwrap();
    assert_eq!(serve().status.code(), Some(2), "it took the socket of another process");
    // A program that another test starts holds a copy of the listener for a moment.
    SockRef::from(&listener).shutdown(Shutdown::Both).unwrap();
    drop(listener);
    assert!(socket.exists());
    assert_eq!(serve().status.code(), Some(0));
    assert!(!socket.exists());

    let mut file = fs::File::create(&socket).unwrap();
    file.write_all(b"no socket").unwrap();
    assert_eq!(serve().status.code(), Some(2));
    assert_eq!(fs::read(&socket).unwrap(), b"no socket");
}
