//! The built program measures servers, and names those that lose messages.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// Runs `twincast bench` for a very short time.
fn bench(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["bench", "--rounds", "1", "--seconds", "0.01"]).args(words);
    command.env_remove("CLICOLOR_FORCE").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn should_measure_the_embedded_server_in_a_process_of_its_own() {
    let folder = TempDir::new().unwrap();
    let (json, svg) = (folder.path().join("bench.json"), folder.path().join("bench.svg"));
    let files = ["--json", json.to_str().unwrap(), "--svg", svg.to_str().unwrap()];
    let loads = ["--load", "fan-10", "--load", "latency", "--load", "connect"];
    let output = bench(&[loads.as_slice(), &files].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));

    let shown = text(&output.stdout);
    assert!(shown.contains("fan-10  1 → 10, pipeline 64\n  no server "), "{shown}");
    let outcome: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let rows = outcome["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let sample = &row["results"][1]["samples"][0];
        assert!(sample["units"].as_u64().unwrap() > 0, "{row}");
        assert_eq!(sample["server_cpu_seconds"].is_f64(), cfg!(target_os = "linux"), "{row}");
    }
    assert!(fs::read_to_string(svg).unwrap().ends_with("</svg>\n"));
}

#[test]
fn should_list_its_loads() {
    let shown = text(&bench(&["--list"]).stdout);
    assert!(shown.contains("payload-1m       1 → 4, 1 MiB\n"), "{shown}");
}

#[test]
fn should_exit_with_2_if_there_is_nothing_to_measure() {
    let output = bench(&["--load", "nothing-like-it"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("no load has 'nothing-like-it' in its name: choose from fan-1, "),
        "{said}"
    );
}

#[test]
fn should_leave_no_server_behind_if_it_is_killed() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["bench", "--load", "latency", "--seconds", "60"]);
    let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The table begins when the servers have started.
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();

    // The server has the same stderr, which ends when both processes have ended.
    let (sender, end) = mpsc::channel();
    let mut both = run.stderr.take().unwrap();
    thread::spawn(move || sender.send(both.read_to_end(&mut Vec::new())));
    assert!(end.recv_timeout(Duration::from_secs(10)).is_ok(), "the server is still running");
}

/// A server that answers PING like Redis, and closes the connection at INFO or SUBSCRIBE.
fn rude_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(reader) = stream.try_clone() else { return };
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                let answer: &[u8] = match line.as_str() {
                    "PING" => b"+PONG\r\n",
                    "CLIENT" => b"+OK\r\n",
                    "INFO" | "SUBSCRIBE" => break,
                    _ => b"",
                };
                let _ = stream.write_all(answer);
            }
        }
    });
    url
}

#[test]
fn should_exit_with_1_if_a_server_does_not_deliver() {
    let output = bench(&["--against", &rude_server(), "--load", "connect"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(said.contains("connect on 127.0.0.1:"), "{said}");
    assert!(said.contains("SUBSCRIBE"), "{said}");
}
