use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;
use crate::state::client::CloseMode;
use crate::state::config::{Config, OutputLimit};
use crate::state::ids::ClientKey;

fn limited(hard: u64, soft: u64) -> (TestEngine, ClientKey, ClientKey) {
    let mut config = Config::default();
    config.output_limits.pubsub = OutputLimit { hard, soft, soft_for: Duration::from_secs(60) };
    let mut engine = TestEngine::with(config);
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE c\r\n");
    (engine, subscriber, publisher)
}

fn publish(engine: &mut TestEngine, publisher: ClientKey, size: usize) -> String {
    let payload = "x".repeat(size);
    engine.request(publisher, format!("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n${size}\r\n{payload}\r\n"))
}

#[test]
fn should_close_over_the_hard_limit_but_count_the_message() {
    let (mut engine, subscriber, publisher) = limited(100_000, 0);
    assert_eq!(publish(&mut engine, publisher, 90_000), ":1\r\n");
    assert_eq!(publish(&mut engine, publisher, 30_000), ":1\r\n");
    assert_eq!(engine.close_mode(subscriber), Some(CloseMode::Now));
    assert_eq!(engine.received(subscriber), "");
    engine.engine.state.disconnect(subscriber);
    assert_eq!(publish(&mut engine, publisher, 1), ":0\r\n");
}

#[test]
fn should_not_charge_for_the_first_16_kib() {
    let (mut engine, subscriber, publisher) = limited(1000, 0);
    assert_eq!(publish(&mut engine, publisher, 16_000), ":1\r\n");
    assert_eq!(engine.close_mode(subscriber), None);
    assert_eq!(publish(&mut engine, publisher, 1000), ":1\r\n");
    assert_eq!(engine.close_mode(subscriber), Some(CloseMode::Now));
}

#[test]
fn should_close_a_client_that_stays_over_the_soft_limit() {
    let (mut engine, subscriber, publisher) = limited(0, 10_000);
    publish(&mut engine, publisher, 20_000);
    let deadline = engine.engine.state.next_due().unwrap();
    engine.advance(Duration::from_secs(60));
    assert_eq!(engine.close_mode(subscriber), None);
    engine.advance(deadline.since(engine.now));
    assert_eq!(engine.close_mode(subscriber), Some(CloseMode::Now));
    assert_eq!(engine.engine.state.next_due(), None);
}

#[test]
fn should_keep_a_client_that_catches_up() {
    let (mut engine, subscriber, publisher) = limited(0, 10_000);
    publish(&mut engine, publisher, 20_000);
    engine.advance(Duration::from_secs(59));
    engine.received(subscriber);
    engine.advance(Duration::from_secs(59));
    assert_eq!(engine.close_mode(subscriber), None);
    assert_eq!(engine.engine.state.next_due(), None);
}

#[test]
fn should_close_idle_clients_but_not_subscribers() {
    let mut engine =
        TestEngine::with(Config { timeout: Some(Duration::from_secs(1)), ..Config::default() });
    let (idle, subscriber) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE c\r\n");
    engine.advance(Duration::from_millis(3000));
    assert_eq!(engine.close_mode(idle), Some(CloseMode::Now));
    assert_eq!(engine.close_mode(subscriber), None);
}

#[test]
fn should_count_a_delivery_as_activity() {
    let mut engine = TestEngine::new();
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE c\r\n");
    engine.advance(Duration::from_secs(2));
    engine.request(publisher, "PUBLISH c m\r\n");
    let list = engine.request(publisher, "CLIENT LIST TYPE pubsub\r\n");
    assert!(list.contains(" age=2 ") && list.contains(" idle=2 "), "not delivered yet: {list}");
    engine.received(subscriber);
    let list = engine.request(publisher, "CLIENT LIST TYPE pubsub\r\n");
    assert!(list.contains(" age=2 ") && list.contains(" idle=0 "), "{list}");
}

#[test]
fn should_keep_a_client_that_is_told_what_changed() {
    let mut engine =
        TestEngine::with(Config { timeout: Some(Duration::from_secs(1)), ..Config::default() });
    let (caching, writer) = (engine.connect_resp3(), engine.connect());
    engine.request(caching, "CLIENT TRACKING ON BCAST\r\n");
    for _ in 0..10 {
        engine.advance(Duration::from_millis(900));
        engine.request(writer, "SET key value\r\n");
        engine.engine.state.send_broadcast_invalidations(engine.now);
        assert!(engine.received(caching).contains("invalidate"));
    }
    assert_eq!(engine.close_mode(caching), None);
    engine.advance(Duration::from_secs(3));
    assert_eq!(engine.close_mode(caching), Some(CloseMode::Now));
}

#[test]
fn should_charge_all_of_a_message_to_oneself() {
    let (mut engine, _, _) = limited(1000, 0);
    let client = engine.connect_resp3();
    engine.request(client, "SUBSCRIBE own\r\n");
    assert_eq!(engine.request(client, "PUBLISH own m\r\n"), "");
    assert_eq!(engine.close_mode(client), Some(CloseMode::Now));
}

#[test]
fn should_count_only_unparsed_input_against_the_query_buffer() {
    let mut engine = TestEngine::with(Config { query_buffer: 1024 * 1024, ..Config::default() });
    let client = engine.connect();
    let word = format!("$100\r\n{}\r\n", "k".repeat(100));
    engine.send(client, "*20001\r\n$3\r\nDEL\r\n");
    for _ in 0..20 {
        engine.send(client, word.repeat(1000));
    }
    assert_eq!(engine.received(client), ":0\r\n", "two megabytes of small words are no excess");

    for (length, mode) in [(1024 * 1024 - 2, None), (1024 * 1024 - 1, Some(CloseMode::Now))] {
        let client = engine.connect();
        let value = "x".repeat(length);
        engine.send(client, format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${length}\r\n{value}\r\n"));
        assert_eq!(engine.close_mode(client), mode, "{length}");
    }
}

#[test]
fn should_count_queued_commands_against_the_query_buffer() {
    for (profile, closes) in [(Profile::REDIS_8_0, true), (Profile::REDIS_7_0, false)] {
        let mut engine = TestEngine::with_profile(profile);
        let client = engine.connect();
        engine.request(client, "CONFIG SET client-query-buffer-limit 1mb\r\nMULTI\r\n");
        let value = "x".repeat(300_000);
        let set = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$300000\r\n{value}\r\n");
        for _ in 0..3 {
            assert_eq!(engine.request(client, &set), "+QUEUED\r\n");
        }
        assert_eq!(engine.request(client, &set).is_empty(), closes, "{profile}");
    }
}

#[test]
fn should_deliver_nothing_to_a_killed_client() {
    let mut engine = TestEngine::new();
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE c\r\n");
    let id = engine.engine.state.clients[subscriber].id;
    let replies =
        engine.request(publisher, format!("PUBLISH c m\r\nCLIENT KILL ID {id}\r\nPUBLISH c m\r\n"));
    assert_eq!(replies, ":1\r\n:1\r\n:0\r\n");
    assert_eq!(engine.received(subscriber), "");
}

#[test]
fn should_kill_a_client_that_quit_with_replies_off() {
    let mut engine = TestEngine::new();
    let (subscriber, other) = (engine.connect(), engine.connect());
    engine.request(subscriber, "CLIENT REPLY OFF\r\nSUBSCRIBE c\r\n");
    engine.request(subscriber, "QUIT\r\n");
    assert_eq!(engine.request(other, "CLIENT KILL TYPE pubsub\r\n"), ":1\r\n");
    assert_eq!(engine.close_mode(subscriber), Some(CloseMode::Now));
}

#[test]
fn should_close_a_client_that_quit_with_replies_off_at_the_next_message() {
    let mut engine = TestEngine::new();
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "CLIENT REPLY OFF\r\nSUBSCRIBE c\r\n");
    engine.request(subscriber, "QUIT\r\n");
    assert_eq!(engine.close_mode(subscriber), Some(CloseMode::AfterOutput));
    assert_eq!(engine.request(publisher, "PUBLISH c m\r\n"), ":1\r\n");
    assert_eq!(engine.close_mode(subscriber), Some(CloseMode::Now));
    assert_eq!(engine.received(subscriber), "");
}

#[test]
fn should_refuse_clients_beyond_maxclients() {
    let mut engine = TestEngine::with(Config { max_clients: 1, ..Config::default() });
    let client = engine.connect();
    let peer = engine.engine.state.clients[client].peer.clone();
    let refusal = engine.engine.state.connect(peer.clone(), 4, engine.now).unwrap_err();
    assert_eq!(refusal.as_bytes(), b"ERR max number of clients reached");
    engine.engine.state.disconnect(client);
    assert!(engine.engine.state.connect(peer, 4, engine.now).is_ok());
}

#[test]
fn should_reply_with_each_planned_error_once() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.engine.state.faults.inject(Some("ECHO"), "ERR no echo".into());
    engine.engine.state.faults.inject(None, "LOADING not yet".into());
    assert_eq!(
        engine.request(client, "PING\r\nPING\r\nECHO a\r\nECHO a\r\n"),
        "-LOADING not yet\r\n+PONG\r\n-ERR no echo\r\n$1\r\na\r\n",
    );
}
