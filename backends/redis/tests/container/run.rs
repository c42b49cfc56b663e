//! Runs this test binary in child processes, and asks the engine for their containers.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use twincast_redis::Container;

/// Names what [`play_role`] does in a child process.
const ROLE: &str = "TWINCAST_TEST_ROLE";

/// The entry point of the child processes.
#[test]
#[ignore = "other tests run it in a child process"]
fn play_role() {
    match env::var(ROLE).as_deref() {
        Ok("pass") => {
            let server = Container::shared().unwrap();
            pong(server.addr()).unwrap();
            report(&server);
        }
        Ok("panic") => {
            report(&Container::shared().unwrap());
            panic!("as asked");
        }
        Ok("hold") => {
            let (shared, own) = (Container::shared().unwrap(), Container::own().unwrap());
            report(&shared);
            report(&own);
            let _ = io::stdin().read(&mut [0]);
        }
        _ => {}
    }
}

fn report(server: &Container) {
    println!("\ncontainer {}", server.id());
}

/// The command of a child process. It does not inherit the owner of this run.
pub(crate) fn role(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "run::play_role"]);
    command.env(ROLE, name).env_remove("NEXTEST").env_remove("TWINCAST_OWNER");
    command
}

/// A child process that reports its containers on stdout.
pub(crate) struct Run {
    pub(crate) child: Child,
    pub(crate) pid: u32,
}

impl Run {
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        Self { pid: child.id(), child }
    }

    /// The ids of the next containers that the run reports.
    pub(crate) fn containers(&mut self, count: usize) -> Vec<String> {
        let lines = BufReader::new(self.child.stdout.as_mut().unwrap()).lines();
        let ids = lines.map_while(Result::ok);
        let ids = ids.filter_map(|line| line.strip_prefix("container ").map(str::to_owned));
        let ids: Vec<_> = ids.take(count).collect();
        assert_eq!(ids.len(), count, "the run ended early");
        ids
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn end(&mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        self.child.stdout.as_mut().unwrap().read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap()
    }
}

/// How many containers an owner has, running or not.
pub(crate) fn count(owner: u32) -> usize {
    let listed =
        docker(&["ps", "--all", "--quiet", "--filter", &format!("label=twincast.owner={owner}")]);
    listed.lines().count()
}

/// The time from which on the engine's events are read.
pub(crate) struct Timestamp(u64);

impl Timestamp {
    pub(crate) fn now() -> Self {
        Self(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    /// Waits until all of these containers have been removed. The engine repeats the events since
    /// the timestamp before it reports new ones, so none can be missed.
    pub(crate) fn wait_for_removal(&self, ids: &[String]) {
        let deadline = Self::now().0 + 60;
        let mut command = Command::new("docker");
        command.args(["events", "--filter", "type=container", "--filter", "event=destroy"]);
        command.args(["--since", &self.0.to_string(), "--until", &deadline.to_string()]);
        for id in ids {
            command.args(["--filter", &format!("container={id}")]);
        }
        let mut events =
            command.args(["--format", "{{.ID}}"]).stdout(Stdio::piped()).spawn().unwrap();
        let removed = BufReader::new(events.stdout.take().unwrap()).lines().map_while(Result::ok);
        let removed = removed.take(ids.len()).count();
        let _ = events.kill();
        events.wait().unwrap();
        assert_eq!(removed, ids.len(), "not every container was removed");
    }
}

pub(crate) fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn pong(addr: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"+PONG\r\n");
    Ok(())
}
