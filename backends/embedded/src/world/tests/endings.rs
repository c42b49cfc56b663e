use std::time::Duration;

use crate::client::{ClientKey, Ending};
use crate::config::{Config, OutputLimit};
use crate::world::stage::Stage;

fn limited(hard: u64, soft: u64) -> (Stage, ClientKey, ClientKey) {
    let mut config = Config::default();
    config.output_limits.pubsub = OutputLimit { hard, soft, soft_for: Duration::from_secs(60) };
    let mut stage = Stage::with(config);
    let (subscriber, publisher) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "SUBSCRIBE c\r\n");
    (stage, subscriber, publisher)
}

fn publish(stage: &mut Stage, publisher: ClientKey, size: usize) -> String {
    let payload = "x".repeat(size);
    stage.ask(publisher, format!("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n${size}\r\n{payload}\r\n"))
}

#[test]
fn should_count_the_message_that_overflows_and_deliver_nothing_more() {
    let (mut stage, subscriber, publisher) = limited(100_000, 0);
    assert_eq!(publish(&mut stage, publisher, 90_000), ":1\r\n");
    assert_eq!(publish(&mut stage, publisher, 30_000), ":1\r\n");
    assert_eq!(stage.ending(subscriber), Some(Ending::Now));
    assert_eq!(stage.hear(subscriber), "");
    stage.world.disconnect(subscriber);
    assert_eq!(publish(&mut stage, publisher, 1), ":0\r\n");
}

#[test]
fn should_not_hold_the_first_16_kib_against_anybody() {
    let (mut stage, subscriber, publisher) = limited(1000, 0);
    assert_eq!(publish(&mut stage, publisher, 16_000), ":1\r\n");
    assert_eq!(stage.ending(subscriber), None);
    assert_eq!(publish(&mut stage, publisher, 1000), ":1\r\n");
    assert_eq!(stage.ending(subscriber), Some(Ending::Now));
}

#[test]
fn should_close_who_stays_over_the_soft_limit() {
    let (mut stage, subscriber, publisher) = limited(0, 10_000);
    publish(&mut stage, publisher, 20_000);
    let deadline = stage.world.next_deadline().unwrap();
    stage.pass(Duration::from_secs(60));
    assert_eq!(stage.ending(subscriber), None);
    stage.pass(deadline.since(stage.now));
    assert_eq!(stage.ending(subscriber), Some(Ending::Now));
    assert_eq!(stage.world.next_deadline(), None);
}

#[test]
fn should_forgive_who_catches_up() {
    let (mut stage, subscriber, publisher) = limited(0, 10_000);
    publish(&mut stage, publisher, 20_000);
    stage.pass(Duration::from_secs(59));
    stage.hear(subscriber);
    stage.pass(Duration::from_secs(59));
    assert_eq!(stage.ending(subscriber), None);
    assert_eq!(stage.world.next_deadline(), None);
}

#[test]
fn should_close_the_idle_but_never_a_subscriber() {
    let mut stage =
        Stage::with(Config { timeout: Some(Duration::from_secs(1)), ..Config::default() });
    let (idle, subscriber) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "SUBSCRIBE c\r\n");
    stage.pass(Duration::from_millis(3000));
    assert_eq!(stage.ending(idle), Some(Ending::Now));
    assert_eq!(stage.ending(subscriber), None);
}

#[test]
fn should_deliver_nothing_to_the_killed() {
    let mut stage = Stage::new();
    let (subscriber, publisher) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "SUBSCRIBE c\r\n");
    let id = stage.world.clients[subscriber].id;
    let heard =
        stage.ask(publisher, format!("PUBLISH c m\r\nCLIENT KILL ID {id}\r\nPUBLISH c m\r\n"));
    assert_eq!(heard, ":1\r\n:1\r\n:0\r\n");
    assert_eq!(stage.hear(subscriber), "");
}

#[test]
fn should_kill_who_quit_in_silence() {
    let mut stage = Stage::new();
    let (subscriber, other) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "CLIENT REPLY OFF\r\nSUBSCRIBE c\r\n");
    stage.ask(subscriber, "QUIT\r\n");
    assert_eq!(stage.ask(other, "CLIENT KILL TYPE pubsub\r\n"), ":1\r\n");
    assert_eq!(stage.ending(subscriber), Some(Ending::Now));
}

#[test]
fn should_close_who_quit_in_silence_at_the_next_message() {
    let mut stage = Stage::new();
    let (subscriber, publisher) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "CLIENT REPLY OFF\r\nSUBSCRIBE c\r\n");
    stage.ask(subscriber, "QUIT\r\n");
    assert_eq!(stage.ending(subscriber), Some(Ending::AfterOutput));
    assert_eq!(stage.ask(publisher, "PUBLISH c m\r\n"), ":1\r\n");
    assert_eq!(stage.ending(subscriber), Some(Ending::Now));
    assert_eq!(stage.hear(subscriber), "");
}

#[test]
fn should_turn_away_whom_it_has_no_room_for() {
    let mut stage = Stage::with(Config { max_clients: 1, ..Config::default() });
    let client = stage.enter();
    let peer = stage.world.clients[client].peer.clone();
    let refusal = stage.world.connect(peer.clone(), 4, stage.now).unwrap_err();
    assert_eq!(refusal.as_bytes(), b"ERR max number of clients reached");
    stage.world.disconnect(client);
    assert!(stage.world.connect(peer, 4, stage.now).is_ok());
}

#[test]
fn should_fail_as_planned_and_only_then() {
    let mut stage = Stage::new();
    let client = stage.enter();
    stage.world.faults.plan(Some("ECHO"), "ERR no echo".into());
    stage.world.faults.plan(None, "LOADING not yet".into());
    assert_eq!(
        stage.ask(client, "PING\r\nPING\r\nECHO a\r\nECHO a\r\n"),
        "-LOADING not yet\r\n+PONG\r\n-ERR no echo\r\n$1\r\na\r\n",
    );
}
