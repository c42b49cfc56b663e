//! The heap memory of a server: idle, for each connection, and for each subscription.
//!
//! The kernel's memory for sockets and the stack of the server's thread are not included.

use std::alloc::System;
use std::io::{Read, Write};
use std::net::TcpStream;

use cap::Cap;
use twincast_embedded::EmbeddedRedis;

#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

const CONNECTIONS: usize = 1_000;
const SUBSCRIPTIONS: usize = 100_000;

fn main() {
    // A first server allocates the memory that a process needs only once, such as the catalogue.
    drop(connect(&EmbeddedRedis::start().expect("a free port")));

    let before_start = HEAP.allocated();
    let redis = EmbeddedRedis::start().expect("a free port");
    drop(connect(&redis));
    let idle = HEAP.allocated();
    show("an idle server", idle - before_start, 1);

    let clients: Vec<_> = (0..CONNECTIONS).map(|_| connect(&redis)).collect();
    let connections = HEAP.allocated();
    show("a connection after its first command", connections - idle, CONNECTIONS);

    for client in &clients {
        request(client, "SUBSCRIBE channel", "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n");
    }
    let subscribers = HEAP.allocated();
    show("a connection with one subscription", subscribers - idle, CONNECTIONS);

    let one = connect(&redis);
    let before = HEAP.allocated();
    for n in 0..SUBSCRIPTIONS {
        let (name, count) = (format!("task:{n:06}"), n + 1);
        let confirmed = format!("*3\r\n$9\r\nsubscribe\r\n$11\r\n{name}\r\n:{count}\r\n");
        request(&one, &format!("SUBSCRIBE {name}"), &confirmed);
    }
    show("one subscription of 100,000 on one connection", HEAP.allocated() - before, SUBSCRIPTIONS);
}

fn connect(redis: &EmbeddedRedis) -> TcpStream {
    let client = TcpStream::connect(redis.addr()).expect("a running server");
    request(&client, "PING", "+PONG\r\n");
    client
}

fn request(mut client: &TcpStream, command: &str, reply: &str) {
    client.write_all(format!("{command}\r\n").as_bytes()).expect("an open connection");
    let mut received = vec![0; reply.len()];
    client.read_exact(&mut received).expect("a reply");
    assert_eq!(String::from_utf8_lossy(&received), reply);
}

#[expect(clippy::print_stdout, reason = "a bench prints its results")]
fn show(what: &str, bytes: usize, of: usize) {
    println!("{what}: {} bytes", bytes / of);
}
