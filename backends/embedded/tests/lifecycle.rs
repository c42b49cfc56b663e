//! Starting, stopping and dropping, inside and outside of runtimes.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod raw;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use raw::Raw;
use twincast_embedded::{EmbeddedRedis, StartError};

#[test]
fn should_answer_as_soon_as_it_is_started() {
    let redis = EmbeddedRedis::start().unwrap();
    assert_eq!(Raw::connect(&redis).ask("PING\r\n", 7), "+PONG\r\n");
}

#[tokio::test]
async fn should_start_and_stop_inside_a_runtime() {
    let redis = EmbeddedRedis::start().unwrap();
    assert_eq!(Raw::connect(&redis).ask("PING\r\n", 7), "+PONG\r\n");
    drop(redis);
}

#[test]
fn should_outlive_the_runtime_it_was_started_in() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let redis = runtime.block_on(async { EmbeddedRedis::start().unwrap() });
    drop(runtime);
    assert_eq!(Raw::connect(&redis).ask("PING\r\n", 7), "+PONG\r\n");
}

#[test]
fn should_close_connections_and_free_the_port_when_dropped() {
    let redis = EmbeddedRedis::start().unwrap();
    let address = redis.addr();
    let mut client = Raw::connect(&redis);
    client.ask("PING\r\n", 7);
    drop(redis);
    assert_eq!(client.rest(), "");
    assert!(TcpStream::connect(address).is_err());
    TcpListener::bind(address).unwrap();
}

#[test]
fn should_serve_a_unix_socket_and_remove_it() {
    let redis = EmbeddedRedis::builder().unix_socket().start().unwrap();
    let path = redis.unix_path().unwrap().to_owned();
    let mut client = Raw::over(UnixStream::connect(&path).unwrap());
    assert_eq!(client.ask("PING\r\n", 7), "+PONG\r\n");
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
        before.ask("AUTH pw\r\nSUBSCRIBE c\r\n", 5 + 28),
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
    assert!(Raw::connect(&redis).ask("PING\r\n", 8).starts_with("-NOAUTH"));
    assert_eq!(redis.subscribers("c"), 0);
}

/// A program that is being started has, until it runs, all the sockets of who starts it.
#[test]
#[cfg(target_os = "linux")]
fn should_free_the_port_while_programs_are_started() {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                Command::new("true").status().unwrap();
            }
        });
        let redis = EmbeddedRedis::start().unwrap();
        let outcome = (0..200).try_for_each(|_| {
            Raw::connect(&redis).ask("PING\r\n", 7);
            redis.stop();
            match TcpStream::connect(redis.addr()) {
                Ok(_) => Err("it took a connection after its end".to_owned()),
                Err(_) => redis.restart().map_err(|error| error.to_string()),
            }
        });
        over.store(true, Ordering::Relaxed);
        assert_eq!(outcome, Ok(()));
    });
}

#[test]
fn should_say_which_port_is_taken_and_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = EmbeddedRedis::builder().port(port).start().unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(error.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")));
    assert!(error.to_string().ends_with("choose another port, or none to get a free one"));
}

#[test]
fn should_leave_a_file_alone_that_stands_where_the_socket_should() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("precious");
    fs::write(&path, "data").unwrap();
    let error = EmbeddedRedis::builder().unix_path(&path).start().unwrap_err();
    assert!(matches!(error, StartError::ListenUnix { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "data");
}

#[test]
fn should_leak_nothing_over_many_lives() {
    live_and_die(300);
}

#[test]
#[ignore = "takes half a minute; run it with `cargo test -p twincast-embedded --test lifecycle -- --ignored`"]
fn should_leak_nothing_over_ten_thousand_lives() {
    live_and_die(10_000);
}

/// Other tests of this binary run beside, so the counts may move a little, but not with `lives`.
fn live_and_die(lives: usize) {
    let live = || {
        let redis = EmbeddedRedis::builder().unix_socket().start().unwrap();
        let mut client = Raw::connect(&redis);
        client.ask("SUBSCRIBE a b c\r\nPSUBSCRIBE p*\r\n", 60);
        redis.publish("a", "x".repeat(10_000));
    };
    for _ in 0..50 {
        live();
    }
    let before = Footprint::now();
    for _ in 0..lives {
        live();
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
