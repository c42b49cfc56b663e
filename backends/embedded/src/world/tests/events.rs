use std::time::Duration;

use crate::profile::Profile;
use crate::world::stage::Stage;

const EXPIRED: &str = "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n";

#[test]
fn should_tell_of_an_expired_key_though_nobody_looks() {
    let mut stage = Stage::new();
    let (listener, owner) = (stage.enter(), stage.enter());
    stage.ask(listener, "SUBSCRIBE __keyevent@0__:expired\r\n");
    stage.ask(owner, "CONFIG SET notify-keyspace-events Ex\r\nSET k v PX 5\r\n");
    assert_eq!(stage.world.next_deadline(), Some(stage.now + Duration::from_millis(5)));

    stage.pass(Duration::from_millis(4));
    assert_eq!(stage.hear(listener), "");
    stage.pass(Duration::from_millis(1));
    assert_eq!(stage.hear(listener), EXPIRED);
    assert_eq!(stage.world.next_deadline(), None);
}

#[test]
fn should_tell_of_an_expired_key_before_it_is_missed_or_set_again() {
    let mut stage = Stage::new();
    let (listener, owner) = (stage.enter(), stage.enter());
    stage.ask(listener, "PSUBSCRIBE __keyevent*\r\n");
    stage.ask(owner, "CONFIG SET notify-keyspace-events E$xm\r\nSET k v PX 5\r\n");
    let events = |stage: &mut Stage| {
        let heard = stage.hear(listener);
        let told = heard.split("__:").skip(1).filter_map(|event| event.split('\r').next());
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(events(&mut stage), ["set"]);
    stage.now = stage.now + Duration::from_millis(5);
    assert_eq!(stage.ask(owner, "GET k\r\n"), "$-1\r\n");
    assert_eq!(events(&mut stage), ["expired", "keymiss"]);

    stage.ask(owner, "SET k v PX 5\r\n");
    stage.now = stage.now + Duration::from_millis(5);
    stage.ask(owner, "SET k w\r\n");
    assert_eq!(events(&mut stage), ["set", "expired", "set"]);
}

#[test]
fn should_look_at_no_clock_while_nobody_is_to_be_told() {
    let mut stage = Stage::imitating(Profile::VALKEY_9_1);
    let owner = stage.enter();
    stage.ask(owner, "SET k v PX 5\r\n");
    assert_eq!(stage.world.next_deadline(), None);
    stage.ask(owner, "CONFIG SET notify-keyspace-events Kx\r\n");
    assert!(stage.world.next_deadline().is_some());
}
