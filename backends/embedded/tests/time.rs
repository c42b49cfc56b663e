//! Time that a test moves, and what follows it.

mod raw;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use raw::{DEADLINE, Raw};
use twincast_embedded::{Builder, Clock, EmbeddedRedis, WaitError};

const SECOND: Duration = Duration::from_secs(1);

/// A server whose time begins at second 1000 and stands still.
fn still() -> Builder {
    EmbeddedRedis::builder().clock(Clock::manual_from(UNIX_EPOCH + 1000 * SECOND))
}

fn time(seconds: u64) -> String {
    let seconds = seconds.to_string();
    format!("*2\r\n${}\r\n{seconds}\r\n$1\r\n0\r\n", seconds.len())
}

/// Sends a request, and expects exactly this reply.
fn ask(client: &mut Raw, request: &str, reply: &str) {
    assert_eq!(client.request(format!("{request}\r\n"), reply.len()), reply, "{request}");
}

#[test]
fn should_outlast_sleeps_without_end() {
    let redis = still().parameter("enable-debug-command", "yes").unwrap().start().unwrap();
    let mut client = Raw::connect(&redis);
    ask(&mut client, "CONFIG SET latency-monitor-threshold 1", "+OK\r\n");
    for _ in 0..2 {
        ask(&mut client, "DEBUG SLEEP 1e19", "+OK\r\n");
    }
    ask(&mut client, "PING", "+PONG\r\n");
}

#[test]
fn should_stand_still_until_it_is_advanced() {
    let redis = still().start().unwrap();
    let mut client = Raw::connect(&redis);
    ask(&mut client, "TIME", &time(1000));
    ask(&mut client, "SET k v PX 1", "+OK\r\n");
    ask(&mut client, "GET k", "$1\r\nv\r\n");
    redis.advance(SECOND);
    ask(&mut client, "GET k", "$-1\r\n");
    ask(&mut client, "TIME", &time(1001));
}

#[test]
fn should_advance_real_time() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut client = Raw::connect(&redis);
    ask(&mut client, "SET k v EX 3600", "+OK\r\n");
    ask(&mut client, "EXISTS k", ":1\r\n");
    redis.advance(3600 * SECOND);
    ask(&mut client, "EXISTS k", ":0\r\n");
}

#[test]
fn should_begin_a_manual_clock_with_the_time_of_the_start() {
    let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let before = seconds();
    let redis = EmbeddedRedis::builder().clock(Clock::manual()).start().unwrap();
    let after = seconds();
    let reply = Raw::connect(&redis).request("TIME\r\n", 4 + 5 + 12);
    let shown: u64 = reply.lines().nth(2).unwrap().parse().unwrap();
    assert!((before..=after).contains(&shown), "{before} <= {shown} <= {after}");
}

#[test]
fn should_publish_the_events_of_keys_in_the_order_of_their_ends() {
    let redis = still().parameter("notify-keyspace-events", "Ex").unwrap().start().unwrap();
    let mut subscriber = Raw::connect(&redis);
    subscriber.send("PSUBSCRIBE __keyevent@*__:expired\r\n");
    redis.wait_for_pattern_subscribers("__keyevent@*__:expired", 1, DEADLINE).unwrap();
    subscriber.read(54);
    let mut client = Raw::connect(&redis);
    ask(&mut client, "SET third v EX 3", "+OK\r\n");
    ask(&mut client, "SET first v EX 1", "+OK\r\n");
    ask(&mut client, "SELECT 1", "+OK\r\n");
    ask(&mut client, "SET second v EX 2", "+OK\r\n");
    redis.advance(10 * SECOND);
    let events: String = [(0, "first"), (1, "second"), (0, "third")]
        .map(|(database, key)| {
            let length = key.len();
            format!(
                "*4\r\n$8\r\npmessage\r\n$22\r\n__keyevent@*__:expired\r\n\
                 $22\r\n__keyevent@{database}__:expired\r\n${length}\r\n{key}\r\n"
            )
        })
        .concat();
    assert_eq!(subscriber.read(events.len()), events);
}

#[test]
fn should_run_held_commands_at_the_end_of_their_pause() {
    let redis = still().start().unwrap();
    let mut client = Raw::connect(&redis);
    let mut held = Raw::connect(&redis);
    ask(&mut client, "CLIENT PAUSE 2000 WRITE", "+OK\r\n");
    // The reply to PING shows that the server has read the rest of the pipeline too.
    ask(&mut held, "PING\r\nSET k v\r\nTIME", "+PONG\r\n");
    redis.advance(10 * SECOND);
    let replies = format!("+OK\r\n{}", time(1002));
    assert_eq!(held.read(replies.len()), replies);
    ask(&mut client, "TIME", &time(1010));
}

#[test]
fn should_close_idle_clients_before_it_returns() {
    let redis = still().parameter("timeout", "5").unwrap().start().unwrap();
    let (mut idle, mut busy, mut subscriber) =
        (Raw::connect(&redis), Raw::connect(&redis), Raw::connect(&redis));
    ask(&mut idle, "PING", "+PONG\r\n");
    ask(&mut busy, "PING", "+PONG\r\n");
    subscriber.send("SUBSCRIBE c\r\n");
    redis.wait_for_subscribers("c", 1, DEADLINE).unwrap();
    redis.advance(4 * SECOND);
    ask(&mut busy, "PING", "+PONG\r\n");
    redis.advance(2 * SECOND);
    assert_eq!(redis.connections().len(), 2);
    assert_eq!(idle.read_to_end(), "");
    redis.advance(60 * SECOND);
    assert_eq!(redis.connections().len(), 1);
    assert_eq!(redis.subscribers("c"), 1);
}

#[test]
fn should_close_a_subscriber_that_stays_above_the_soft_limit() {
    let limit = "pubsub 0 100kb 5";
    let redis = still().parameter("client-output-buffer-limit", limit).unwrap().start().unwrap();
    let mut subscriber = Raw::connect(&redis);
    subscriber.send("SUBSCRIBE c\r\n");
    redis.wait_for_subscribers("c", 1, DEADLINE).unwrap();
    let payload = vec![b'x'; 8 << 20];
    // More than any socket takes.
    (0..8).for_each(|_| assert_eq!(redis.publish("c", &payload), 1));
    redis.advance(5 * SECOND);
    assert_eq!(redis.subscribers("c"), 1);
    redis.advance(SECOND);
    assert_eq!((redis.subscribers("c"), redis.connections().len()), (0, 0));
}

#[test]
fn should_show_the_age_of_clients_and_of_the_server() {
    let redis = still().start().unwrap();
    let mut client = Raw::connect(&redis);
    ask(&mut client, "PING", "+PONG\r\n");
    redis.advance(90 * SECOND);
    client.send("CLIENT LIST\r\nINFO server\r\nQUIT\r\n");
    let shown = client.read_to_end();
    assert!(shown.contains(" age=90 idle=0 "), "{shown}");
    assert!(shown.contains("\r\nuptime_in_seconds:90\r\n"), "{shown}");
}

#[test]
fn should_end_waits_in_real_time() {
    let redis = still().start().unwrap();
    let error = redis.wait_for_subscribers("c", 1, Duration::from_millis(5)).unwrap_err();
    assert!(matches!(error, WaitError::Deadline { .. }), "{error}");
}

#[test]
fn should_keep_its_time_when_it_restarts() {
    let redis = still().start().unwrap();
    redis.advance(SECOND);
    redis.stop();
    redis.advance(SECOND);
    redis.restart().unwrap();
    ask(&mut Raw::connect(&redis), "TIME", &time(1002));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The order and the times of effects do not depend on how far one call moves the time.
    #[test]
    fn should_not_matter_in_how_many_steps_time_moves(
        ends in prop::collection::vec(1_u64..100, 1..8),
        pause in 1_u64..100,
        cuts in prop::collection::vec(1_u64..100, 0..4),
    ) {
        let played = |cuts: &[u64]| {
            let redis = still().parameter("notify-keyspace-events", "Ex").unwrap().start().unwrap();
            let mut client = Raw::connect(&redis);
            client.send("SUBSCRIBE __keyevent@0__:expired\r\n");
            redis.wait_for_subscribers("__keyevent@0__:expired", 1, DEADLINE).unwrap();
            let mut writer = Raw::connect(&redis);
            for (name, end) in ends.iter().enumerate() {
                ask(&mut writer, &format!("SET {name} v PX {end}"), "+OK\r\n");
            }
            ask(&mut writer, &format!("CLIENT PAUSE {pause} WRITE"), "+OK\r\n");
            let mut cuts = cuts.to_vec();
            cuts.sort_unstable();
            let steps = [0].iter().chain(&cuts).zip(cuts.iter().chain(&[100]));
            for (from, to) in steps {
                redis.advance(Duration::from_millis(to - from));
            }
            client.send("QUIT\r\n");
            client.read_to_end()
        };
        prop_assert_eq!(played(&[]), played(&cuts));
    }
}
