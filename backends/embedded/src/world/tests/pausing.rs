//! What only time shows of a pause; the rest is in conversations.

use std::time::Duration;

use crate::client::Ending;
use crate::config::Config;
use crate::world::stage::Stage;

const PAUSE: &str = "CLIENT PAUSE 50 WRITE\r\n";

#[test]
fn ends_by_itself() {
    let mut stage = Stage::new();
    let (client, writer) = (stage.enter(), stage.enter());
    stage.ask(client, PAUSE);
    assert_eq!(stage.ask(writer, "PING\r\nSET k 1\r\nGET k\r\n"), "+PONG\r\n");
    let end = stage.now + Duration::from_millis(50);
    assert_eq!(stage.world.next_deadline(), Some(end));
    stage.pass(Duration::from_millis(49));
    assert_eq!(stage.ask(writer, "GET k\r\n"), "");
    stage.pass(Duration::from_millis(1));
    assert_eq!(stage.hear(writer), "+OK\r\n$1\r\n1\r\n$1\r\n1\r\n");
    assert_eq!(stage.world.next_deadline(), None);
}

#[test]
fn is_no_idleness() {
    let timeout = Some(Duration::from_secs(1));
    let mut stage = Stage::with(Config { timeout, ..Config::default() });
    let (client, writer) = (stage.enter(), stage.enter());
    stage.ask(client, "CLIENT PAUSE 60000 WRITE\r\n");
    stage.ask(writer, "SET k 1\r\n");
    stage.pass(Duration::from_secs(10));
    assert_eq!((stage.ending(client), stage.ending(writer)), (Some(Ending::Now), None));
}

#[test]
fn puts_off_what_is_told_of_keys_that_expire() {
    let mut stage = Stage::new();
    let client = stage.enter_resp3();
    stage.ask(client, "CLIENT TRACKING ON\r\nSET k 1 PX 10\r\nGET k\r\n");
    stage.ask(client, PAUSE);
    stage.pass(Duration::from_millis(20));
    assert_eq!(stage.ask(client, "EXISTS k\r\n"), ":0\r\n");
    stage.pass(Duration::from_millis(30));
    assert_eq!(stage.hear(client), ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
}

#[test]
fn keeps_a_large_request_whole_however_it_comes() {
    let mut stage = Stage::new();
    let (client, writer) = (stage.enter(), stage.enter());
    stage.ask(client, PAUSE);
    let value = "x".repeat(100_000);
    let request = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n{value}\r\n");
    let requests = format!("{request}{request}PING\r\n");
    for piece in requests.as_bytes().chunks(30_000) {
        assert_eq!(stage.ask(writer, piece), "");
    }
    stage.pass(Duration::from_millis(50));
    assert_eq!(stage.hear(writer), "+OK\r\n+OK\r\n+PONG\r\n");
}

#[test]
fn keeps_only_as_much_as_a_query_buffer_may_hold() {
    let mut stage = Stage::with(Config { query_buffer: 1_000_000, ..Config::default() });
    let (client, writer) = (stage.enter(), stage.enter());
    stage.ask(client, PAUSE);
    stage.say(writer, "SET k 1\r\n");
    stage.say(writer, vec![b'x'; 1_000_001]);
    assert_eq!(stage.ending(writer), Some(Ending::Now));
}
