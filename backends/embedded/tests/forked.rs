//! The handle of a server in a forked child of its process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod raw;

use std::os::unix::net::UnixStream;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fork::{Fork, fork, waitpid};
use raw::{DEADLINE, Raw};
use twincast_embedded::{EmbeddedRedis, StartError, WaitError};

/// One test at a time: a child inherits the locks that other threads hold when it is forked, and
/// nobody releases them there.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `child` in a forked child, and returns whether it returned true.
fn holds_in_a_child(child: impl FnOnce() -> bool) -> bool {
    match fork().unwrap() {
        Fork::Child => process::exit(if child() { 0 } else { 1 }),
        Fork::Parent(child) => waitpid(child).unwrap() == 0,
    }
}

/// A server that has answered: its thread holds no lock any more.
fn start() -> EmbeddedRedis {
    let redis = EmbeddedRedis::builder().unix_socket().start().unwrap();
    assert!(answers(&redis));
    redis
}

fn answers(redis: &EmbeddedRedis) -> bool {
    let mut over_tcp = Raw::connect(redis);
    let mut over_unix = Raw::over(UnixStream::connect(redis.unix_path().unwrap()).unwrap());
    [over_tcp.request("PING\r\n", 7), over_unix.request("PING\r\n", 7)] == ["+PONG\r\n"; 2]
}

#[test]
fn should_do_nothing_in_a_child_and_say_so() {
    let _alone = alone();
    let redis = start();
    assert!(holds_in_a_child(|| {
        let waited = redis.wait_for_subscribers("c", 1, DEADLINE);
        redis.stop();
        redis.publish("c", "m") == 0
            && redis.connections().is_empty()
            && !redis.is_running()
            && matches!(waited, Err(WaitError::OtherProcess { .. }))
            && matches!(redis.restart(), Err(StartError::OtherProcess))
    }));
    assert!(redis.is_running());
    assert!(answers(&redis));
}

#[test]
fn should_keep_its_files_when_a_child_drops_the_handle() {
    let _alone = alone();
    let redis = start();
    let path = redis.unix_path().unwrap().to_owned();
    match fork().unwrap() {
        Fork::Child => {
            drop(redis);
            process::exit(if path.exists() { 0 } else { 1 });
        }
        Fork::Parent(child) => assert_eq!(waitpid(child).unwrap(), 0),
    }
    assert!(answers(&redis));
    drop(redis);
    assert!(!path.parent().unwrap().exists());
}

#[test]
fn should_start_a_server_of_its_own_in_a_child() {
    let _alone = alone();
    let redis = start();
    assert!(holds_in_a_child(|| {
        let own = start();
        answers(&own) && own.addr() != redis.addr()
    }));
    assert!(answers(&redis));
}
