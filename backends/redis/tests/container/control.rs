//! Starting, stopping, pausing and configuring a container.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use twincast_redis::{Container, Error};

use crate::run::{docker, pong};

#[test]
fn should_give_every_thread_the_same_container() {
    let threads: Vec<_> = (0..8).map(|_| thread::spawn(Container::shared)).collect();
    let servers: Vec<_> = threads.into_iter().map(|t| t.join().unwrap().unwrap()).collect();
    assert!(servers.iter().all(|server| server.id() == servers[0].id()));
    pong(servers[0].addr()).unwrap();
}

#[test]
fn should_outlive_the_runtime_that_asked_for_it() {
    let in_a_runtime = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { Container::shared().unwrap().addr() })
    };
    let addr = in_a_runtime();
    pong(addr).unwrap();
    assert_eq!(in_a_runtime(), addr);
    pong(addr).unwrap();
}

#[test]
fn should_not_stop_restart_or_pause_a_shared_container() {
    let mut server = Container::shared().unwrap();
    assert!(matches!(server.stop(), Err(Error::SharedContainer { action: "stop" })));
    assert!(matches!(server.restart(), Err(Error::SharedContainer { action: "restart" })));
    assert!(matches!(server.pause(), Err(Error::SharedContainer { action: "pause" })));
    pong(server.addr()).unwrap();
}

#[test]
fn should_refuse_while_stopped_and_answer_after_a_restart() {
    let mut server = Container::own().unwrap();
    let mut client = TcpStream::connect(server.addr()).unwrap();
    server.stop().unwrap();
    assert!(matches!(client.read(&mut [0]), Ok(0) | Err(_)));
    assert!(pong(server.addr()).is_err());

    for _ in 0..2 {
        server.restart().unwrap();
        pong(server.addr()).unwrap();
    }
}

#[test]
fn should_answer_nothing_while_paused_and_be_removed_even_then() {
    let server = Container::own().unwrap();
    let mut client = TcpStream::connect(server.addr()).unwrap();
    server.pause().unwrap();
    client.write_all(b"PING\r\n").unwrap();
    client.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(client.read(&mut [0]).is_err());

    server.resume().unwrap();
    client.set_read_timeout(None).unwrap();
    let mut answer = [0; 7];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"+PONG\r\n");

    server.pause().unwrap();
    let id = server.id().to_owned();
    drop(server);
    assert!(is_removed(&id));
}

#[test]
fn should_pass_options_show_the_log_and_be_removed_from_within_a_runtime() {
    let server = Container::builder().option("requirepass", "secret").start().unwrap();
    let mut client = TcpStream::connect(server.addr()).unwrap();
    client.write_all(b"PING\r\n").unwrap();
    let mut answer = [0; 7];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"-NOAUTH");
    assert!(server.log().unwrap().iter().any(|line| line.contains("Ready to accept")));

    let id = server.id().to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { drop(server) });
    assert!(is_removed(&id));
}

/// Whether the engine no longer has the container.
fn is_removed(id: &str) -> bool {
    docker(&["ps", "--all", "--quiet", "--filter", &format!("id={id}")]).is_empty()
}
