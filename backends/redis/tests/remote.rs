//! A running server at a URL: what connecting finds there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    thread::{self, JoinHandle},
};

use socket2::{Domain, Socket, Type};
use twincast_redis::{Error, Remote, RemoteAddr};

/// A peer that accepts one connection and answers each command with the next of these lines. The
/// thread returns the words that it received.
fn peer(answers: &'static [&'static str]) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
        let mut words = Vec::new();
        for answer in answers {
            let Some(header) = lines.next() else { break };
            let count: usize = header.trim_start_matches('*').parse().unwrap();
            words.extend((0..count).filter_map(|_| lines.nth(1)));
            (&stream).write_all(format!("{answer}\r\n").as_bytes()).unwrap();
        }
        words
    });
    (port, received)
}

#[test]
fn should_authenticate_and_ask_for_a_pong() {
    let (port, received) = peer(&["+OK", "+PONG"]);
    let server = Remote::connect(&format!("redis://alice:p%40ss@127.0.0.1:{port}/1")).unwrap();
    assert!(matches!(server.addr(), RemoteAddr::Tcp(addr) if addr.port() == port));
    assert_eq!(server.redacted_url(), format!("redis://alice:***@127.0.0.1:{port}/1"));
    assert_eq!(received.join().unwrap(), ["AUTH", "alice", "p@ss", "PING"]);
}

#[test]
fn should_show_what_a_server_answers_instead_of_pong() {
    let (port, _) = peer(&["-NOAUTH Authentication required."]);
    let error = Remote::connect(&format!("redis://127.0.0.1:{port}")).unwrap_err();
    assert!(
        matches!(&error, Error::UnexpectedReply { reply, .. } if reply.starts_with("-NOAUTH")),
        "{error}"
    );
}

#[test]
fn should_keep_the_password_out_of_errors() {
    let (port, _) = peer(&["-WRONGPASS invalid username-password pair or user is disabled."]);
    let error =
        Remote::connect(&format!("redis://:hunter2@127.0.0.1:{port}")).unwrap_err().to_string();
    assert!(error.contains(":***@") && error.contains("WRONGPASS"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn should_say_that_nothing_listens_and_what_to_do() {
    // Bound but not listening: another test could take a port that is closed again.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let free = socket.local_addr().unwrap().as_socket().unwrap();
    let error = Remote::connect(&format!("redis://{free}")).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(
        error.to_string().contains("start the server, or correct TWINCAST_REDIS_URL"),
        "{error}"
    );
}

#[test]
fn should_say_that_the_peer_closed_the_connection() {
    let (port, _) = peer(&[]);
    let error = Remote::connect(&format!("redis://127.0.0.1:{port}")).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}
