use std::time::Duration;

use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;

const EXPIRED: &str = "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n";

#[test]
fn should_tell_of_an_expired_key_though_nobody_looks() {
    let mut engine = TestEngine::new();
    let (listener, owner) = (engine.connect(), engine.connect());
    engine.request(listener, "SUBSCRIBE __keyevent@0__:expired\r\n");
    engine.request(owner, "CONFIG SET notify-keyspace-events Ex\r\nSET k v PX 5\r\n");
    assert_eq!(engine.engine.state.next_deadline(), Some(engine.now + Duration::from_millis(5)));

    engine.advance(Duration::from_millis(4));
    assert_eq!(engine.received(listener), "");
    engine.advance(Duration::from_millis(1));
    assert_eq!(engine.received(listener), EXPIRED);
    assert_eq!(engine.engine.state.next_deadline(), None);
}

#[test]
fn should_tell_of_an_expired_key_before_it_is_missed_or_set_again() {
    let mut engine = TestEngine::new();
    let (listener, owner) = (engine.connect(), engine.connect());
    engine.request(listener, "PSUBSCRIBE __keyevent*\r\n");
    engine.request(owner, "CONFIG SET notify-keyspace-events E$xm\r\nSET k v PX 5\r\n");
    let events = |engine: &mut TestEngine| {
        let heard = engine.received(listener);
        let told = heard.split("__:").skip(1).filter_map(|event| event.split('\r').next());
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(events(&mut engine), ["set"]);
    engine.now = engine.now + Duration::from_millis(5);
    assert_eq!(engine.request(owner, "GET k\r\n"), "$-1\r\n");
    assert_eq!(events(&mut engine), ["expired", "keymiss"]);

    engine.request(owner, "SET k v PX 5\r\n");
    engine.now = engine.now + Duration::from_millis(5);
    engine.request(owner, "SET k w\r\n");
    assert_eq!(events(&mut engine), ["set", "expired", "set"]);
}

#[test]
fn should_look_at_no_clock_while_nobody_is_to_be_told() {
    let mut engine = TestEngine::with_profile(Profile::VALKEY_9_1);
    let owner = engine.connect();
    engine.request(owner, "SET k v PX 5\r\n");
    assert_eq!(engine.engine.state.next_deadline(), None);
    engine.request(owner, "CONFIG SET notify-keyspace-events Kx\r\n");
    assert!(engine.engine.state.next_deadline().is_some());
}
