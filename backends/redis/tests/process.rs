//! A server as a child process: start, stop, addresses and cleanup.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write, stdin},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use twincast_redis::{Error, Process};

/// Set in the child process that a test starts and kills.
const HOLD: &str = "TWINCAST_TEST_HOLD";

/// Writes a program that is run in place of a server.
///
/// A shell writes the file. If this process wrote it, a program that another test starts meanwhile
/// would inherit the open file, and a file that is open for writing cannot be run.
fn script(dir: &Path, body: &str) -> PathBuf {
    let path = dir.join("server");
    let text = format!("#!/bin/sh\n{body}\n");
    let write = ["-c", "printf %s \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", &text];
    assert!(Command::new("/bin/sh").args(write).arg(&path).status().unwrap().success());
    path
}

fn pong(mut stream: impl Read + Write) -> std::io::Result<()> {
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"+PONG\r\n");
    Ok(())
}

mod without_a_server {
    use super::*;

    #[test]
    fn should_name_the_binary_that_is_absent() {
        let error = Process::builder().binary("/nowhere/redis-server").start().unwrap_err();
        assert!(matches!(error, Error::CannotRunBinary { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("/nowhere/redis-server"), "{text}");
        assert!(text.contains("TWINCAST_REDIS_SERVER"), "{text}");
    }

    #[test]
    fn should_show_the_log_of_a_server_that_exits_at_start() {
        let dir = tempfile::tempdir().unwrap();
        let binary = script(dir.path(), "echo 'Bad directive' >&2; exit 3");
        let error = Process::builder().binary(binary).start().unwrap_err();
        let Error::ExitedAtStart { status, log, .. } = &error else { panic!("{error}") };
        assert_eq!(log, &["Bad directive"]);
        assert!(status.contains('3'), "{status}");
    }

    #[test]
    fn should_not_believe_a_log_without_a_socket() {
        let dir = tempfile::tempdir().unwrap();
        let binary = script(dir.path(), "echo 'Ready to accept connections'; exec sleep 60");
        let error = Process::builder().binary(binary).start().unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }

    #[test]
    fn should_name_the_port_that_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = listener.local_addr().unwrap().port();
        let error = Process::builder().binary("/bin/true").port(taken).start().unwrap_err();
        assert!(matches!(error, Error::PortTaken { port, .. } if port == taken), "{error}");
    }
}

mod with_a_server {
    use super::*;

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_answer_on_its_port_and_on_its_socket() {
        let server = Process::start().unwrap();
        pong(TcpStream::connect(server.addr()).unwrap()).unwrap();
        pong(UnixStream::connect(server.unix_path()).unwrap()).unwrap();
        assert!(server.log().iter().any(|line| line.contains("Ready to accept connections")));
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_start_many_at_once_without_losing_a_port() {
        let starts: Vec<_> = (0..8).map(|_| thread::spawn(Process::start)).collect();
        for server in starts.into_iter().map(|start| start.join().unwrap().unwrap()) {
            pong(TcpStream::connect(server.addr()).unwrap()).unwrap();
        }
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_refuse_while_stopped_and_restart_at_the_same_addresses() {
        let mut server = Process::start().unwrap();
        let (addr, path) = (server.addr(), server.unix_path());
        let mut client = TcpStream::connect(addr).unwrap();

        server.stop();
        assert_eq!(server.pid(), None);
        assert!(TcpStream::connect(addr).is_err());
        assert!(matches!(client.read(&mut [0]), Ok(0) | Err(_)));

        server.restart().unwrap();
        assert_eq!((server.addr(), server.unix_path()), (addr, path));
        pong(TcpStream::connect(addr).unwrap()).unwrap();
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_refuse_a_server_that_sets_a_password_by_itself() {
        let open = Process::start().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let run = format!("exec {} \"$@\" --requirepass secret", open.binary().display());
        let wrapper = script(dir.path(), &run);
        let error = Process::builder().binary(&wrapper).start().unwrap_err();
        assert!(matches!(error, Error::UnknownPassword { .. }), "{error}");
        assert!(error.to_string().starts_with(&wrapper.display().to_string()), "{error}");
        // A password that is asked for is known.
        Process::builder().option("requirepass", "secret").start().unwrap();
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_answer_nothing_while_paused() {
        let server = Process::start().unwrap();
        let client = TcpStream::connect(server.addr()).unwrap();
        pong(&client).unwrap();

        server.pause().unwrap();
        client.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        (&client).write_all(b"PING\r\n").unwrap();
        assert!((&client).read(&mut [0]).is_err());

        server.resume().unwrap();
        client.set_read_timeout(None).unwrap();
        let mut answer = [0; 7];
        (&client).read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"+PONG\r\n");
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_pass_options_and_show_the_error_about_a_wrong_one() {
        let error = Process::builder().option("maxclients", "many").start().unwrap_err();
        let Error::ExitedAtStart { log, .. } = &error else { panic!("{error}") };
        assert!(log.iter().any(|line| line.contains("maxclients")), "{log:?}");
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_leave_no_process_and_no_directory_when_dropped() {
        let server = Process::start().unwrap();
        let (addr, path) = (server.addr(), server.unix_path());
        drop(server);
        assert!(TcpStream::connect(addr).is_err());
        assert!(!path.parent().unwrap().exists());
    }

    #[test]
    #[ignore = "needs a redis-server: just test-process"]
    fn should_leave_nothing_behind_a_killed_run() {
        let mut run = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "with_a_server::hold_a_server"])
            .env(HOLD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(run.stdout.take().unwrap()).lines().map_while(Result::ok);
        let socket =
            lines.find_map(|line| line.strip_prefix("socket ").map(PathBuf::from)).unwrap();
        let mut client = UnixStream::connect(&socket).unwrap();
        pong(&client).unwrap();

        run.kill().unwrap();
        run.wait().unwrap();
        // The stream ends when the server ends.
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let end = client.read(&mut [0]);
        assert!(
            !matches!(&end, Err(error) if error.kind() == ErrorKind::WouldBlock),
            "the server still runs"
        );
    }

    /// The child process of the test above: starts a server and waits to be killed.
    #[test]
    #[ignore = "run by should_leave_nothing_behind_a_killed_run, in a process of its own"]
    fn hold_a_server() {
        if std::env::var_os(HOLD).is_some() {
            let server = Process::start().unwrap();
            println!("\nsocket {}", server.unix_path().display());
            let _ = stdin().read(&mut [0]);
        }
    }
}
