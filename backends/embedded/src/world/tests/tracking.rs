//! Who is told in a client's place, and what only time shows; the rest is in conversations.

use std::time::Duration;

use crate::client::ClientKey;
use crate::world::stage::Stage;

/// A client that tracks, and the one that is told in its place.
fn redirected(stage: &mut Stage) -> (ClientKey, ClientKey) {
    let (tracker, told) = (stage.enter(), stage.enter());
    assert_eq!(stage.ask(tracker, "CLIENT TRACKING ON REDIRECT 2\r\nGET k\r\n"), "+OK\r\n$-1\r\n");
    (tracker, told)
}

fn hear(stage: &mut Stage, client: ClientKey) -> String {
    stage.hear(client).replace("\r\n", "|")
}

#[test]
fn tells_a_subscriber_in_resp2_as_if_it_were_a_message() {
    let mut stage = Stage::new();
    let (tracker, told) = redirected(&mut stage);
    stage.ask(told, "PSUBSCRIBE anything\r\n");
    stage.ask(tracker, "SET k 1\r\n");
    assert_eq!(hear(&mut stage, told), "*3|$7|message|$20|__redis__:invalidate|*1|$1|k|");
    stage.ask(tracker, "FLUSHALL\r\n");
    assert_eq!(hear(&mut stage, told), "*3|$7|message|$20|__redis__:invalidate|$-1|");
}

#[test]
fn tells_nobody_in_resp2_who_does_not_subscribe() {
    let mut stage = Stage::new();
    let (tracker, told) = redirected(&mut stage);
    stage.ask(tracker, "SET k 1\r\n");
    assert_eq!(hear(&mut stage, told), "");
}

#[test]
fn tells_of_a_flush_in_the_protocol_of_who_tracks() {
    let mut stage = Stage::new();
    let (tracker, told) = redirected(&mut stage);
    stage.ask(told, "HELLO 3\r\n");
    stage.ask(tracker, "FLUSHALL\r\n");
    assert_eq!(hear(&mut stage, told), ">2|$10|invalidate|$-1|");
}

#[test]
fn tells_that_nobody_is_told_any_more() {
    let mut stage = Stage::new();
    let (tracker, told) = redirected(&mut stage);
    stage.ask(tracker, "HELLO 3\r\nGET l\r\n");
    stage.world.disconnect(told);
    let info = |stage: &mut Stage| stage.ask(tracker, "CLIENT TRACKINGINFO\r\nCLIENT GETREDIR\r\n");
    assert!(info(&mut stage).starts_with("%3\r\n$5\r\nflags\r\n~1\r\n$2\r\non\r\n"));
    let said = stage.ask(tracker, "SET k 1\r\n").replace("\r\n", "|");
    assert_eq!(said, "+OK|>2|$21|tracking-redir-broken|:2|");
    let after = info(&mut stage);
    assert!(after.contains("broken_redirect") && after.ends_with(":2\r\n"), "{after}");
    assert!(stage.ask(tracker, "CLIENT INFO\r\n").contains(" flags=tRU "));
    stage.ask(tracker, "CLIENT TRACKING ON\r\n");
    assert!(info(&mut stage).ends_with(":0\r\n"));
}

#[test]
fn tells_of_keys_whose_time_has_come() {
    let mut stage = Stage::new();
    let client = stage.enter_resp3();
    stage.ask(client, "CLIENT TRACKING ON\r\nSET k 1 PX 50\r\nGET k\r\n");
    assert_eq!(stage.world.next_deadline(), Some(stage.now + Duration::from_millis(50)));
    stage.pass(Duration::from_millis(50));
    assert_eq!(hear(&mut stage, client), ">2|$10|invalidate|*1|$1|k|");
}

#[test]
fn forgets_who_is_gone() {
    let mut stage = Stage::new();
    let (client, other) = (stage.enter_resp3(), stage.enter());
    stage.ask(client, "GET k\r\nCLIENT TRACKING ON\r\nGET k\r\n");
    stage.world.disconnect(client);
    let newcomer = stage.enter_resp3();
    assert_eq!(newcomer, client);
    stage.ask(newcomer, "CLIENT TRACKING ON BCAST PREFIX x\r\n");
    stage.ask(other, "SET k 1\r\n");
    assert_eq!(hear(&mut stage, newcomer), "");
    assert_eq!((stage.world.caches.keys(), stage.world.caches.prefixes()), (0, 1));
    stage.world.disconnect(newcomer);
    assert!(stage.world.caches.is_empty());
}

#[test]
fn forgets_keys_beyond_the_limit() {
    let mut stage = Stage::new();
    let (client, other) = (stage.enter_resp3(), stage.enter());
    stage.ask(other, "CONFIG SET tracking-table-max-keys 2\r\n");
    let heard = stage.ask(client, "CLIENT TRACKING ON\r\nGET a\r\nGET b\r\nGET c\r\n");
    assert_eq!(heard.matches("invalidate").count(), 1);
    assert!(heard.contains("_\r\n>2\r\n$10\r\ninvalidate"), "behind the answer: {heard}");
    stage.ask(other, "CONFIG SET tracking-table-max-keys 1\r\n");
    assert_eq!(hear(&mut stage, client).matches("invalidate").count(), 1);
    stage.ask(other, "CONFIG SET tracking-table-max-keys 0\r\n");
    assert!(!stage.ask(client, "GET a\r\nGET b\r\nGET c\r\n").contains("invalidate"));
    assert_eq!(stage.world.caches.keys(), 3);
}
