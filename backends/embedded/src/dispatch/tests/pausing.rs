//! The effects of a pause that depend on time. Conversations test the rest.

use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::state::client::CloseMode;
use crate::state::config::Config;

const PAUSE: &str = "CLIENT PAUSE 50 WRITE\r\n";

#[test]
fn a_pause_ends_after_its_time() {
    let mut engine = TestEngine::new();
    let (client, writer) = (engine.connect(), engine.connect());
    engine.request(client, PAUSE);
    assert_eq!(engine.request(writer, "PING\r\nSET k 1\r\nGET k\r\n"), "+PONG\r\n");
    let end = engine.now + Duration::from_millis(50);
    assert_eq!(engine.engine.state.next_due(), Some(end));
    engine.advance(Duration::from_millis(49));
    assert_eq!(engine.request(writer, "GET k\r\n"), "");
    engine.advance(Duration::from_millis(1));
    assert_eq!(engine.received(writer), "+OK\r\n$1\r\n1\r\n$1\r\n1\r\n");
    assert_eq!(engine.engine.state.next_due(), None);
}

#[test]
fn a_held_client_is_not_idle() {
    let timeout = Some(Duration::from_secs(1));
    let mut engine = TestEngine::with(Config { timeout, ..Config::default() });
    let (client, writer) = (engine.connect(), engine.connect());
    engine.request(client, "CLIENT PAUSE 60000 WRITE\r\n");
    engine.request(writer, "SET k 1\r\n");
    engine.advance(Duration::from_secs(10));
    assert_eq!(
        (engine.close_mode(client), engine.close_mode(writer)),
        (Some(CloseMode::Now), None)
    );
}

#[test]
fn a_pause_delays_invalidations_of_expired_keys() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    engine.request(client, "CLIENT TRACKING ON\r\nSET k 1 PX 10\r\nGET k\r\n");
    engine.request(client, PAUSE);
    engine.advance(Duration::from_millis(20));
    assert_eq!(engine.request(client, "EXISTS k\r\n"), ":0\r\n");
    engine.advance(Duration::from_millis(30));
    assert_eq!(engine.received(client), ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
}

/// No conversation can ask this: servers before Redis 8.0 look for a key for ever.
#[test]
fn a_pause_leaves_keys_that_are_over_to_be_found_at_random() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "SET k 1 PX 10\r\n");
    engine.request(client, PAUSE);
    engine.advance(Duration::from_millis(20));
    assert_eq!(engine.request(client, "RANDOMKEY\r\n"), "$1\r\nk\r\n");
    engine.advance(Duration::from_millis(30));
    assert_eq!(engine.request(client, "RANDOMKEY\r\n"), "$-1\r\n");
}

#[test]
fn a_held_client_keeps_large_requests_that_arrive_in_pieces() {
    let mut engine = TestEngine::new();
    let (client, writer) = (engine.connect(), engine.connect());
    engine.request(client, PAUSE);
    let value = "x".repeat(100_000);
    let request = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n{value}\r\n");
    let requests = format!("{request}{request}PING\r\n");
    for piece in requests.as_bytes().chunks(30_000) {
        assert_eq!(engine.request(writer, piece), "");
    }
    engine.advance(Duration::from_millis(50));
    assert_eq!(engine.received(writer), "+OK\r\n+OK\r\n+PONG\r\n");
}

#[test]
fn the_query_buffer_limit_applies_to_held_clients() {
    let mut engine = TestEngine::with(Config { query_buffer: 1_000_000, ..Config::default() });
    let (client, writer) = (engine.connect(), engine.connect());
    engine.request(client, PAUSE);
    engine.send(writer, "SET k 1\r\n");
    engine.send(writer, vec![b'x'; 1_000_001]);
    assert_eq!(engine.close_mode(writer), Some(CloseMode::Now));
}
