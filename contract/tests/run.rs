//! `twincast run`: the embedded server for a program in any language.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::Client;
use crate::support::program::{stderr, stdout, twincast};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A program that runs below `twincast run`, and the lines that it prints.
struct Program {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
        command.arg("run").args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Outside of the terminal of this test, which would send Ctrl-C to the program itself.
        command.process_group(0);
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    /// Closes the program's input, and waits.
    fn end(mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        self.child.wait().unwrap().code()
    }
}

#[test]
fn should_tell_a_program_the_password_of_its_server() {
    let print = "echo \"$REDIS_URL $REDIS_HOST $REDIS_PORT\"; read -r answer";
    let mut program = Program::start(&["--password", "a@/b", "--", "/bin/sh", "-c", print]);
    let line = program.line();
    let [url, host, port] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    assert_eq!((url, host), (&*format!("redis://:a%40%2Fb@{host}:{port}"), "127.0.0.1"));

    let mut client = Client::connect(format!("{host}:{port}").parse::<SocketAddr>().unwrap());
    client.send("PING").read_until(b"-NOAUTH");
    drop(client);
    assert_eq!(program.end(), Some(1));
}

#[test]
fn should_tell_a_program_where_its_server_is() {
    let print = "echo \"$REDIS_URL $REDIS_HOST $REDIS_PORT\"; read -r answer; exit 7";
    let mut program = Program::start(&["--profile", "redis-7.2", "--", "/bin/sh", "-c", print]);
    let line = program.line();
    let [url, host, port] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    assert_eq!((url, host), (&*format!("redis://{host}:{port}"), "127.0.0.1"));

    let address: SocketAddr = format!("{host}:{port}").parse().unwrap();
    Client::connect(address).send("PING").expect("+PONG\r\n");
    let mut client = Client::connect(address);
    client.send("INFO server").read_until(b"redis_version:7.2");
    drop(client);

    assert_eq!(program.end(), Some(7));
    assert!(TcpStream::connect(address).is_err(), "the server ends with the program");
}

#[test]
fn should_start_a_cluster_and_take_the_words_without_dashes() {
    let mut program = Program::start(&["--cluster", "sh", "-c", "echo $REDIS_PORT; read -r x"]);
    let address = SocketAddr::from(([127, 0, 0, 1], program.line().parse().unwrap()));
    let mut client = Client::connect(address);
    client.send("CLUSTER INFO").read_until(b"cluster_state:ok");
    assert_eq!(program.end(), Some(1), "`read` has met the end of the input");
}

#[test]
fn should_pass_signals_on() {
    let wait = "trap 'kill $!; echo \"got $signal\"; exit 3' $signal\n\
                tail -f /dev/null >/dev/null 2>&1 &\n\
                echo ready\n\
                wait";
    for (name, signal) in [
        ("INT", Signal::INT),
        ("QUIT", Signal::QUIT),
        ("TERM", Signal::TERM),
        ("USR1", Signal::USR1),
        ("USR2", Signal::USR2),
    ] {
        let script = format!("signal={name}\n{wait}");
        let mut program = Program::start(&["--", "sh", "-c", &script]);
        assert_eq!(program.line(), "ready");
        kill_process(Pid::from_child(&program.child), signal).unwrap();
        assert_eq!(program.line(), format!("got {name}"));
        assert_eq!(program.end(), Some(3), "{name}");
    }
}

#[test]
fn should_exit_as_the_program_does() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("text");
    fs::write(&text, "not a program").unwrap();
    let text = text.to_str().unwrap();
    for (words, code) in [
        (&["true"][..], 0),
        (&["sh", "-c", "exit 42"], 42),
        (&["sh", "-c", "kill -KILL $$"], 128 + 9),
        (&["--", "/nonexistent/program", "--version"], 127),
        (&["--", text], 126),
    ] {
        let output = twincast(folder.path(), &[&["run"], words].concat());
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", stderr(&output));
        let error = format!("cannot run {}: ", words[words.len().min(2) - 1]);
        assert_eq!(stderr(&output).contains(&error), code == 126 || code == 127, "{words:?}");
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn should_start_a_shell_where_no_program_is_named() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.arg("run").env("SHELL", "/bin/sh").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut shell = command.spawn().unwrap();
    shell.stdin.take().unwrap().write_all(b"echo $REDIS_URL\nexit 5\n").unwrap();
    let output = shell.wait_with_output().unwrap();
    assert!(stdout(&output).starts_with("redis://127.0.0.1:"), "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(5));
}
