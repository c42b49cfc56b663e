//! What a server holds on the heap: idle, for each connection and for each subscription.
//!
//! What the kernel keeps for a socket is not in it, nor is the stack of the server's thread.

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
    // What is made once in a process, like the table of commands, is made before anything is counted.
    drop(connected(&EmbeddedRedis::start().expect("a free port")));

    let nothing = HEAP.allocated();
    let redis = EmbeddedRedis::start().expect("a free port");
    drop(connected(&redis));
    let idle = HEAP.allocated();
    show("an idle server", idle - nothing, 1);

    let clients: Vec<_> = (0..CONNECTIONS).map(|_| connected(&redis)).collect();
    let connections = HEAP.allocated();
    show("a connection that has spoken", connections - idle, CONNECTIONS);

    for client in &clients {
        ask(client, "SUBSCRIBE channel", "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n");
    }
    let subscribers = HEAP.allocated();
    show("a connection with one subscription", subscribers - idle, CONNECTIONS);

    let one = connected(&redis);
    let before = HEAP.allocated();
    for n in 0..SUBSCRIPTIONS {
        let (name, count) = (format!("task:{n:06}"), n + 1);
        let confirmed = format!("*3\r\n$9\r\nsubscribe\r\n$11\r\n{name}\r\n:{count}\r\n");
        ask(&one, &format!("SUBSCRIBE {name}"), &confirmed);
    }
    show("one subscription of 100,000 on one connection", HEAP.allocated() - before, SUBSCRIPTIONS);
}

fn connected(redis: &EmbeddedRedis) -> TcpStream {
    let client = TcpStream::connect(redis.addr()).expect("a server that listens");
    ask(&client, "PING", "+PONG\r\n");
    client
}

fn ask(mut client: &TcpStream, command: &str, answer: &str) {
    client.write_all(format!("{command}\r\n").as_bytes()).expect("an open connection");
    let mut heard = vec![0; answer.len()];
    client.read_exact(&mut heard).expect("an answer");
    assert_eq!(String::from_utf8_lossy(&heard), answer);
}

#[expect(clippy::print_stdout, reason = "what a bench is for")]
fn show(what: &str, bytes: usize, of: usize) {
    println!("{what}: {} bytes", bytes / of);
}
