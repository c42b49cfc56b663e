//! Starting, stopping and dropping a server, inside and outside of async runtimes.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod raw;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use raw::Raw;
use rustix::net::{Shutdown, shutdown};
use twincast_embedded::{EmbeddedRedis, StartError};

#[test]
fn should_answer_as_soon_as_it_is_started() {
    let redis = EmbeddedRedis::start().unwrap();
    assert_eq!(Raw::connect(&redis).request("PING\r\n", 7), "+PONG\r\n");
}

#[tokio::test]
async fn should_start_and_stop_inside_a_runtime() {
    let redis = EmbeddedRedis::start().unwrap();
    assert_eq!(Raw::connect(&redis).request("PING\r\n", 7), "+PONG\r\n");
    drop(redis);
}

#[test]
fn should_outlive_the_runtime_it_was_started_in() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let redis = runtime.block_on(async { EmbeddedRedis::start().unwrap() });
    drop(runtime);
    assert_eq!(Raw::connect(&redis).request("PING\r\n", 7), "+PONG\r\n");
}

#[tokio::test]
async fn should_end_when_a_client_shuts_it_down() {
    let redis = EmbeddedRedis::start().unwrap();
    let (mut client, mut other) = (Raw::connect(&redis), Raw::connect(&redis));
    assert_eq!(client.request("SHUTDOWN ABORT\r\n", 31), "-ERR No shutdown in progress.\r\n");
    assert!(redis.is_running());
    client.send("PING\r\nSHUTDOWN NOSAVE\r\nPING\r\n");
    redis.ended().await;
    assert!(!redis.is_running());
    assert_eq!((client.read_to_end(), other.read_to_end()), (String::new(), String::new()));
    assert_eq!(redis.publish("news", "nobody hears it"), 0);
    redis.restart().unwrap();
    assert_eq!(Raw::connect(&redis).request("PING\r\n", 7), "+PONG\r\n");
}

#[test]
fn should_close_connections_and_free_the_port_when_dropped() {
    let redis = EmbeddedRedis::start().unwrap();
    let address = redis.addr();
    let mut client = Raw::connect(&redis);
    client.request("PING\r\n", 7);
    drop(redis);
    assert_eq!(client.read_to_end(), "");
    assert!(TcpStream::connect(address).is_err());
    TcpListener::bind(address).unwrap();
}

#[test]
fn should_serve_a_unix_socket_and_remove_it() {
    let redis = EmbeddedRedis::builder().unix_socket().start().unwrap();
    let path = redis.unix_path().unwrap().to_owned();
    let mut client = Raw::over(UnixStream::connect(&path).unwrap());
    assert_eq!(client.request("PING\r\n", 7), "+PONG\r\n");
    assert_eq!(redis.unix_url().unwrap(), format!("redis+unix://{}", path.display()));
    drop(redis);
    assert!(!path.exists());
    assert!(!path.parent().unwrap().exists());
}

#[test]
fn should_stop_and_restart_on_the_same_port_and_socket() {
    let redis = EmbeddedRedis::builder().unix_socket().password("pw").start().unwrap();
    let (address, path) = (redis.addr(), redis.unix_path().unwrap().to_owned());
    let mut before = Raw::connect(&redis);
    assert_eq!(
        before.request("AUTH pw\r\nSUBSCRIBE c\r\n", 5 + 28),
        "+OK\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"[..33]
    );

    redis.stop();
    assert!(!redis.is_running());
    assert!(TcpStream::connect(address).is_err());
    assert!(!path.exists());
    assert_eq!((redis.publish("c", "m"), redis.channels().len()), (0, 0));

    redis.restart().unwrap();
    assert_eq!(redis.addr(), address);
    assert!(UnixStream::connect(&path).is_ok());
    assert!(Raw::connect(&redis).request("PING\r\n", 8).starts_with("-NOAUTH"));
    assert_eq!(redis.subscribers("c"), 0);
}

/// A child process holds copies of all sockets of its parent until it executes its program.
#[test]
#[cfg(target_os = "linux")]
fn should_free_the_port_while_programs_are_started() {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                Command::new("true").status().unwrap();
            }
        });
        let redis = EmbeddedRedis::start().unwrap();
        let outcome = (0..200).try_for_each(|_| {
            Raw::connect(&redis).request("PING\r\n", 7);
            redis.stop();
            match TcpStream::connect(redis.addr()) {
                Ok(_) => Err("the stopped server accepted a connection".to_owned()),
                Err(_) => redis.restart().map_err(|error| error.to_string()),
            }
        });
        is_done.store(true, Ordering::Relaxed);
        assert_eq!(outcome, Ok(()));
    });
}

#[test]
fn should_name_the_port_in_use_and_the_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = EmbeddedRedis::builder().port(port).start().unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(error.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")));
    assert!(error.to_string().ends_with("choose another port, or none to get a free one"));
}

#[test]
fn should_not_replace_a_file_at_the_path_of_the_socket() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("precious");
    fs::write(&path, "data").unwrap();
    let error = EmbeddedRedis::builder().unix_path(&path).start().unwrap_err();
    assert!(matches!(error, StartError::ListenUnix { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "data");
}

#[test]
fn should_replace_a_socket_file_that_no_process_listens_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("redis.sock");
    // The end of the listener leaves its file, as a killed program does. A program that another test
    // starts holds a copy of the socket for a moment, so closing it alone would not refuse clients.
    shutdown(UnixListener::bind(&path).unwrap(), Shutdown::Both).unwrap();
    let redis = EmbeddedRedis::builder().unix_path(&path).start().unwrap();
    let mut client = Raw::over(UnixStream::connect(&path).unwrap());
    assert_eq!(client.request("PING\r\n", 7), "+PONG\r\n");

    let error = EmbeddedRedis::builder().unix_path(&path).start().unwrap_err();
    assert!(error.to_string().ends_with("remove the file or choose another path"), "{error}");
    assert_eq!(client.request("PING\r\n", 7), "+PONG\r\n", "the other server is still there");
    drop(redis);
    assert!(!path.exists());
}

#[test]
fn should_name_the_remedy_for_each_error_of_a_socket() {
    let directory = tempfile::tempdir().unwrap();
    let at = |path: PathBuf| EmbeddedRedis::builder().unix_path(path).start().unwrap_err();
    let long = at(directory.path().join("x".repeat(200))).to_string();
    assert!(long.ends_with("choose a shorter path, without NUL bytes"), "{long}");
    let missing = at(directory.path().join("nosuch").join("redis.sock")).to_string();
    assert!(missing.ends_with("create its directory or choose another path"), "{missing}");
    let elsewhere = EmbeddedRedis::builder().bind([192, 0, 2, 1].into()).start().unwrap_err();
    let elsewhere = elsewhere.to_string();
    assert!(elsewhere.ends_with("choose an address of this machine"), "{elsewhere}");
}

#[test]
fn should_leak_nothing_over_many_servers() {
    start_and_drop_servers(300);
}

#[test]
#[ignore = "takes half a minute; run it with `cargo test -p twincast-embedded --test lifecycle -- --ignored`"]
fn should_leak_nothing_over_ten_thousand_servers() {
    start_and_drop_servers(10_000);
}

/// Other tests run in the same process, so the footprint may vary a little, but not with `servers`.
fn start_and_drop_servers(servers: usize) {
    let start_and_drop = || {
        let redis = EmbeddedRedis::builder().unix_socket().start().unwrap();
        let mut client = Raw::connect(&redis);
        client.request("SUBSCRIBE a b c\r\nPSUBSCRIBE p*\r\n", 60);
        redis.publish("a", "x".repeat(10_000));
    };
    for _ in 0..50 {
        start_and_drop();
    }
    let before = Footprint::now();
    for _ in 0..servers {
        start_and_drop();
    }
    let after = Footprint::now();
    assert!(after.files < before.files + 100, "{before:?} -> {after:?}");
    assert!(after.threads < before.threads + 50, "{before:?} -> {after:?}");
    assert!(after.pages < before.pages + 2048, "{before:?} -> {after:?}");
}

#[derive(Debug)]
struct Footprint {
    files: usize,
    threads: usize,
    pages: usize,
}

impl Footprint {
    fn now() -> Self {
        let count = |path: &str| fs::read_dir(path).unwrap().count();
        let memory = fs::read_to_string("/proc/self/statm").unwrap();
        Self {
            files: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
            pages: memory.split(' ').nth(1).unwrap().parse().unwrap(),
        }
    }
}
