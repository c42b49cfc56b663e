//! Redirected invalidations, and those that depend on time. Conversations test the rest.

use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::state::ids::ClientKey;

/// A client that tracks keys, and the client that its invalidations are redirected to.
fn redirected(engine: &mut TestEngine) -> (ClientKey, ClientKey) {
    let (tracker, receiver) = (engine.connect(), engine.connect());
    assert_eq!(
        engine.request(tracker, "CLIENT TRACKING ON REDIRECT 2\r\nGET k\r\n"),
        "+OK\r\n$-1\r\n"
    );
    (tracker, receiver)
}

fn received(engine: &mut TestEngine, client: ClientKey) -> String {
    engine.received(client).replace("\r\n", "|")
}

#[test]
fn a_resp2_subscriber_gets_invalidations_as_messages() {
    let mut engine = TestEngine::new();
    let (tracker, receiver) = redirected(&mut engine);
    engine.request(receiver, "PSUBSCRIBE anything\r\n");
    engine.request(tracker, "SET k 1\r\n");
    assert_eq!(received(&mut engine, receiver), "*3|$7|message|$20|__redis__:invalidate|*1|$1|k|");
    engine.request(tracker, "FLUSHALL\r\n");
    assert_eq!(received(&mut engine, receiver), "*3|$7|message|$20|__redis__:invalidate|$-1|");
}

#[test]
fn a_resp2_client_without_subscriptions_gets_no_invalidations() {
    let mut engine = TestEngine::new();
    let (tracker, receiver) = redirected(&mut engine);
    engine.request(tracker, "SET k 1\r\n");
    assert_eq!(received(&mut engine, receiver), "");
}

#[test]
fn a_flush_is_encoded_in_the_protocol_of_the_tracking_client() {
    let mut engine = TestEngine::new();
    let (tracker, receiver) = redirected(&mut engine);
    engine.request(receiver, "HELLO 3\r\n");
    engine.request(tracker, "FLUSHALL\r\n");
    assert_eq!(received(&mut engine, receiver), ">2|$10|invalidate|$-1|");
}

#[test]
fn a_tracking_client_learns_that_its_redirect_is_broken() {
    let mut engine = TestEngine::new();
    let (tracker, receiver) = redirected(&mut engine);
    engine.request(tracker, "HELLO 3\r\nGET l\r\n");
    engine.engine.state.disconnect(receiver);
    let info = |engine: &mut TestEngine| {
        engine.request(tracker, "CLIENT TRACKINGINFO\r\nCLIENT GETREDIR\r\n")
    };
    assert!(info(&mut engine).starts_with("%3\r\n$5\r\nflags\r\n~1\r\n$2\r\non\r\n"));
    let reply = engine.request(tracker, "SET k 1\r\n").replace("\r\n", "|");
    assert_eq!(reply, "+OK|>2|$21|tracking-redir-broken|:2|");
    let after = info(&mut engine);
    assert!(after.contains("broken_redirect") && after.ends_with(":2\r\n"), "{after}");
    assert!(engine.request(tracker, "CLIENT INFO\r\n").contains(" flags=tRU "));
    engine.request(tracker, "CLIENT TRACKING ON\r\n");
    assert!(info(&mut engine).ends_with(":0\r\n"));
}

#[test]
fn expired_keys_are_invalidated() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    engine.request(client, "CLIENT TRACKING ON\r\nSET k 1 PX 50\r\nGET k\r\n");
    assert_eq!(engine.engine.state.next_due(), Some(engine.now + Duration::from_millis(50)));
    engine.advance(Duration::from_millis(50));
    assert_eq!(received(&mut engine, client), ">2|$10|invalidate|*1|$1|k|");
}

#[test]
fn a_disconnected_client_is_forgotten() {
    let mut engine = TestEngine::new();
    let (client, other) = (engine.connect_resp3(), engine.connect());
    engine.request(client, "GET k\r\nCLIENT TRACKING ON\r\nGET k\r\n");
    engine.engine.state.disconnect(client);
    let newcomer = engine.connect_resp3();
    assert_eq!(newcomer, client);
    engine.request(newcomer, "CLIENT TRACKING ON BCAST PREFIX x\r\n");
    engine.request(other, "SET k 1\r\n");
    assert_eq!(received(&mut engine, newcomer), "");
    assert_eq!(
        (engine.engine.state.tracking_table.keys(), engine.engine.state.tracking_table.prefixes()),
        (0, 1)
    );
    engine.engine.state.disconnect(newcomer);
    assert!(engine.engine.state.tracking_table.is_empty());
}

#[test]
fn keys_beyond_the_limit_are_invalidated() {
    let mut engine = TestEngine::new();
    let (client, other) = (engine.connect_resp3(), engine.connect());
    engine.request(other, "CONFIG SET tracking-table-max-keys 2\r\n");
    let replies = engine.request(client, "CLIENT TRACKING ON\r\nGET a\r\nGET b\r\nGET c\r\n");
    assert_eq!(replies.matches("invalidate").count(), 1);
    assert!(replies.contains("_\r\n>2\r\n$10\r\ninvalidate"), "after the reply: {replies}");
    engine.request(other, "CONFIG SET tracking-table-max-keys 1\r\n");
    assert_eq!(received(&mut engine, client).matches("invalidate").count(), 1);
    engine.request(other, "CONFIG SET tracking-table-max-keys 0\r\n");
    assert!(!engine.request(client, "GET a\r\nGET b\r\nGET c\r\n").contains("invalidate"));
    assert_eq!(engine.engine.state.tracking_table.keys(), 3);
}
