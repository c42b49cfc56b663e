//! Who is told in a client's place, and what only time shows; the rest is in conversations.

use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::state::ids::ClientKey;

/// A client that tracks, and the one that is told in its place.
fn redirected(engine: &mut TestEngine) -> (ClientKey, ClientKey) {
    let (tracker, told) = (engine.connect(), engine.connect());
    assert_eq!(
        engine.request(tracker, "CLIENT TRACKING ON REDIRECT 2\r\nGET k\r\n"),
        "+OK\r\n$-1\r\n"
    );
    (tracker, told)
}

fn hear(engine: &mut TestEngine, client: ClientKey) -> String {
    engine.received(client).replace("\r\n", "|")
}

#[test]
fn tells_a_subscriber_in_resp2_as_if_it_were_a_message() {
    let mut engine = TestEngine::new();
    let (tracker, told) = redirected(&mut engine);
    engine.request(told, "PSUBSCRIBE anything\r\n");
    engine.request(tracker, "SET k 1\r\n");
    assert_eq!(hear(&mut engine, told), "*3|$7|message|$20|__redis__:invalidate|*1|$1|k|");
    engine.request(tracker, "FLUSHALL\r\n");
    assert_eq!(hear(&mut engine, told), "*3|$7|message|$20|__redis__:invalidate|$-1|");
}

#[test]
fn tells_nobody_in_resp2_who_does_not_subscribe() {
    let mut engine = TestEngine::new();
    let (tracker, told) = redirected(&mut engine);
    engine.request(tracker, "SET k 1\r\n");
    assert_eq!(hear(&mut engine, told), "");
}

#[test]
fn tells_of_a_flush_in_the_protocol_of_who_tracks() {
    let mut engine = TestEngine::new();
    let (tracker, told) = redirected(&mut engine);
    engine.request(told, "HELLO 3\r\n");
    engine.request(tracker, "FLUSHALL\r\n");
    assert_eq!(hear(&mut engine, told), ">2|$10|invalidate|$-1|");
}

#[test]
fn tells_that_nobody_is_told_any_more() {
    let mut engine = TestEngine::new();
    let (tracker, told) = redirected(&mut engine);
    engine.request(tracker, "HELLO 3\r\nGET l\r\n");
    engine.engine.state.disconnect(told);
    let info = |engine: &mut TestEngine| {
        engine.request(tracker, "CLIENT TRACKINGINFO\r\nCLIENT GETREDIR\r\n")
    };
    assert!(info(&mut engine).starts_with("%3\r\n$5\r\nflags\r\n~1\r\n$2\r\non\r\n"));
    let said = engine.request(tracker, "SET k 1\r\n").replace("\r\n", "|");
    assert_eq!(said, "+OK|>2|$21|tracking-redir-broken|:2|");
    let after = info(&mut engine);
    assert!(after.contains("broken_redirect") && after.ends_with(":2\r\n"), "{after}");
    assert!(engine.request(tracker, "CLIENT INFO\r\n").contains(" flags=tRU "));
    engine.request(tracker, "CLIENT TRACKING ON\r\n");
    assert!(info(&mut engine).ends_with(":0\r\n"));
}

#[test]
fn tells_of_keys_whose_time_has_come() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    engine.request(client, "CLIENT TRACKING ON\r\nSET k 1 PX 50\r\nGET k\r\n");
    assert_eq!(engine.engine.state.next_deadline(), Some(engine.now + Duration::from_millis(50)));
    engine.advance(Duration::from_millis(50));
    assert_eq!(hear(&mut engine, client), ">2|$10|invalidate|*1|$1|k|");
}

#[test]
fn forgets_who_is_gone() {
    let mut engine = TestEngine::new();
    let (client, other) = (engine.connect_resp3(), engine.connect());
    engine.request(client, "GET k\r\nCLIENT TRACKING ON\r\nGET k\r\n");
    engine.engine.state.disconnect(client);
    let newcomer = engine.connect_resp3();
    assert_eq!(newcomer, client);
    engine.request(newcomer, "CLIENT TRACKING ON BCAST PREFIX x\r\n");
    engine.request(other, "SET k 1\r\n");
    assert_eq!(hear(&mut engine, newcomer), "");
    assert_eq!(
        (engine.engine.state.tracking_table.keys(), engine.engine.state.tracking_table.prefixes()),
        (0, 1)
    );
    engine.engine.state.disconnect(newcomer);
    assert!(engine.engine.state.tracking_table.is_empty());
}

#[test]
fn forgets_keys_beyond_the_limit() {
    let mut engine = TestEngine::new();
    let (client, other) = (engine.connect_resp3(), engine.connect());
    engine.request(other, "CONFIG SET tracking-table-max-keys 2\r\n");
    let heard = engine.request(client, "CLIENT TRACKING ON\r\nGET a\r\nGET b\r\nGET c\r\n");
    assert_eq!(heard.matches("invalidate").count(), 1);
    assert!(heard.contains("_\r\n>2\r\n$10\r\ninvalidate"), "behind the answer: {heard}");
    engine.request(other, "CONFIG SET tracking-table-max-keys 1\r\n");
    assert_eq!(hear(&mut engine, client).matches("invalidate").count(), 1);
    engine.request(other, "CONFIG SET tracking-table-max-keys 0\r\n");
    assert!(!engine.request(client, "GET a\r\nGET b\r\nGET c\r\n").contains("invalidate"));
    assert_eq!(engine.engine.state.tracking_table.keys(), 3);
}
