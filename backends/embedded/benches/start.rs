//! The time until a new server answers.

use std::io::{Read, Write};
use std::net::TcpStream;

use divan::Bencher;
use twincast_embedded::EmbeddedRedis;

fn main() {
    divan::main();
}

/// From the start to the first PONG: start, connect, send, receive.
#[divan::bench(sample_count = 500, sample_size = 1)]
fn start_to_first_pong(bencher: Bencher<'_, '_>) {
    // The server is returned so that stopping it is not measured.
    bencher.bench_local(|| {
        let redis = EmbeddedRedis::start().expect("a free port");
        let mut client = TcpStream::connect(redis.addr()).expect("a running server");
        client.write_all(b"PING\r\n").expect("an open connection");
        let mut pong = [0; 7];
        client.read_exact(&mut pong).expect("a reply");
        assert_eq!(&pong, b"+PONG\r\n");
        (client, redis)
    });
}

/// The start and stop of a server that no client connects to.
#[divan::bench(sample_count = 500, sample_size = 1)]
fn start_and_drop() {
    drop(EmbeddedRedis::start().expect("a free port"));
}
