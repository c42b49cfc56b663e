use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;

const EXPIRED: &str = "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n";

#[test]
fn should_publish_the_event_of_an_expired_key_without_an_access() {
    let mut engine = TestEngine::new();
    let (subscriber, writer) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE __keyevent@0__:expired\r\n");
    engine.request(writer, "CONFIG SET notify-keyspace-events Ex\r\nSET k v PX 5\r\n");
    assert_eq!(engine.engine.state.next_due(), Some(engine.now + Duration::from_millis(5)));

    engine.advance(Duration::from_millis(4));
    assert_eq!(engine.received(subscriber), "");
    engine.advance(Duration::from_millis(1));
    assert_eq!(engine.received(subscriber), EXPIRED);
    assert_eq!(engine.engine.state.next_due(), None);
}

#[test]
fn should_publish_expired_before_the_event_of_the_access() {
    let mut engine = TestEngine::new();
    let (subscriber, writer) = (engine.connect(), engine.connect());
    engine.request(subscriber, "PSUBSCRIBE __keyevent*\r\n");
    engine.request(writer, "CONFIG SET notify-keyspace-events E$xm\r\nSET k v PX 5\r\n");
    let events = |engine: &mut TestEngine| {
        let received = engine.received(subscriber);
        let names = received.split("__:").skip(1).filter_map(|event| event.split('\r').next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(events(&mut engine), ["set"]);
    engine.now = engine.now + Duration::from_millis(5);
    assert_eq!(engine.request(writer, "GET k\r\n"), "$-1\r\n");
    assert_eq!(events(&mut engine), ["expired", "keymiss"]);

    engine.request(writer, "SET k v PX 5\r\n");
    engine.now = engine.now + Duration::from_millis(5);
    engine.request(writer, "SET k w\r\n");
    assert_eq!(events(&mut engine), ["set", "expired", "set"]);
}

#[test]
fn should_have_no_deadline_for_expiry_if_no_client_is_notified() {
    let mut engine = TestEngine::with_profile(Profile::VALKEY_9_1);
    let writer = engine.connect();
    engine.request(writer, "SET k v PX 5\r\n");
    assert_eq!(engine.engine.state.next_due(), None);
    engine.request(writer, "CONFIG SET notify-keyspace-events Kx\r\n");
    assert!(engine.engine.state.next_due().is_some());
}
