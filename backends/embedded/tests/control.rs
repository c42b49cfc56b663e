//! The handle's methods that act on a running server.

mod raw;

use std::time::Duration;

use raw::{DEADLINE, Raw};
use twincast_embedded::{EmbeddedRedis, WaitError};

fn subscribed(redis: &EmbeddedRedis, command: &str) -> Raw {
    let mut client = Raw::connect(redis);
    client.send(format!("{command}\r\n"));
    client
}

#[test]
fn should_publish_to_channels_patterns_and_shards() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut client = subscribed(&redis, "SSUBSCRIBE c\r\nSUBSCRIBE c\r\nPSUBSCRIBE c*");
    redis.wait_for_pattern_subscribers("c*", 1, DEADLINE).unwrap();
    client.read(29 + 28 + 30);
    assert_eq!(redis.publish("c", b"\xff"), 2);
    assert_eq!(redis.publish_to_shard("c", ""), 1);
    assert_eq!(redis.publish("unsubscribed", ""), 0);
}

#[test]
fn should_list_names_and_count_subscribers() {
    let redis = EmbeddedRedis::start().unwrap();
    let _one = subscribed(&redis, "SUBSCRIBE b a");
    let _two = subscribed(&redis, "SSUBSCRIBE s\r\nSUBSCRIBE a\r\nPSUBSCRIBE p*");
    redis.wait_for_subscribers("a", 2, DEADLINE).unwrap();
    redis.wait_for_pattern_subscribers("p*", 1, DEADLINE).unwrap();
    assert_eq!(redis.channels(), ["a", "b"]);
    assert_eq!(redis.patterns(), ["p*"]);
    assert_eq!((redis.subscribers("a"), redis.subscribers("b")), (2, 1));
    assert_eq!((redis.pattern_subscribers("p*"), redis.pattern_subscribers("q*")), (1, 0));
    assert_eq!((redis.shard_channels(), redis.shard_subscribers("s")), (vec!["s".into()], 1));
}

#[test]
fn should_wait_until_the_last_subscriber_has_left() {
    let redis = EmbeddedRedis::start().unwrap();
    let client = subscribed(&redis, "SUBSCRIBE c");
    redis.wait_for_subscribers("c", 1, DEADLINE).unwrap();
    drop(client);
    redis.wait_for_subscribers("c", 0, DEADLINE).unwrap();
    assert!(redis.channels().is_empty());
}

#[test]
fn should_return_the_number_of_subscribers_at_the_deadline() {
    let redis = EmbeddedRedis::start().unwrap();
    let _client = subscribed(&redis, "SUBSCRIBE c");
    redis.wait_for_subscribers("c", 1, DEADLINE).unwrap();
    let within = Duration::from_millis(5);
    let error = redis.wait_for_subscribers("c", 3, within).unwrap_err();
    let async_form = Some("subscribers_reached");
    let name = "c".into();
    assert_eq!(error, WaitError::Deadline { name, wanted: 3, found: 1, within, async_form });
    assert_eq!(
        error.to_string(),
        "waited 5ms for 3 subscribers of \"c\", but it has 1; the wait blocked its thread: in async \
         code, await `subscribers_reached` instead"
    );
}

#[test]
fn should_name_the_async_form_of_each_blocking_wait() {
    let redis = EmbeddedRedis::start().unwrap();
    let within = Duration::from_millis(1);
    let errors = [
        (redis.wait_for_subscribers("c", 1, within), "`subscribers_reached`"),
        (redis.wait_for_pattern_subscribers("c", 1, within), "`pattern_subscribers_reached`"),
        (redis.wait_for_shard_subscribers("c", 1, within), "`shard_subscribers_reached`"),
    ];
    for (error, method) in errors {
        let error = error.unwrap_err().to_string();
        assert!(error.contains(method), "{error}");
    }
}

#[tokio::test]
async fn should_wait_for_subscribers_of_shard_channels() {
    let redis = EmbeddedRedis::start().unwrap();
    let client = subscribed(&redis, "SSUBSCRIBE c");
    redis.wait_for_shard_subscribers("c", 1, DEADLINE).unwrap();
    redis.shard_subscribers_reached("c", 1, DEADLINE).await.unwrap();
    drop(client);
    redis.shard_subscribers_reached("c", 0, DEADLINE).await.unwrap();
    let error = redis.shard_subscribers_reached("c", 1, Duration::from_millis(1)).await;
    let error = error.unwrap_err().to_string();
    assert_eq!(error, "waited 1ms for 1 subscribers of \"c\", but it has 0");
}

#[test]
fn should_end_a_wait_when_the_server_stops() {
    let redis = EmbeddedRedis::start().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| redis.wait_for_subscribers("c", 1, DEADLINE));
        redis.stop();
        assert_eq!(waiting.join().unwrap(), Err(WaitError::Stopped { name: "c".into() }));
    });
}

#[tokio::test]
async fn should_wait_without_blocking_the_runtime() {
    let redis = EmbeddedRedis::start().unwrap();
    let (reached, _client) = tokio::join!(redis.subscribers_reached("c", 1, DEADLINE), async {
        subscribed(&redis, "SUBSCRIBE c")
    });
    reached.unwrap();
    let patterns = redis.pattern_subscribers_reached("p", 1, Duration::from_millis(1));
    assert!(matches!(patterns.await, Err(WaitError::Deadline { found: 0, .. })));
}

#[test]
fn should_kill_one_connection_or_all() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut named = Raw::connect(&redis);
    named.request("HELLO 3 SETNAME victim\r\n", 2);
    let mut other = Raw::connect(&redis);
    other.request("PING\r\n", 7);
    let connections = redis.connections();
    assert_eq!(connections.len(), 2);
    let victim = connections.iter().find(|client| client.name == "victim").unwrap();
    assert!(victim.resp3);
    assert_eq!(victim.address, named.0.local_addr().unwrap().to_string());

    assert!(redis.kill(victim.id));
    assert!(!redis.kill(victim.id));
    named.read_to_end();
    assert_eq!(other.request("PING\r\n", 7), "+PONG\r\n");
    assert_eq!(redis.kill_all(), 1);
    assert_eq!(other.read_to_end(), "");
    assert!(redis.connections().is_empty());
}

#[test]
fn should_refuse_connections_until_it_is_turned_off() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut before = Raw::connect(&redis);
    before.request("PING\r\n", 7);
    redis.refuse_connections(true);
    assert_eq!(Raw::connect(&redis).read_to_end(), "");
    assert_eq!(before.request("PING\r\n", 7), "+PONG\r\n");
    redis.refuse_connections(false);
    assert_eq!(Raw::connect(&redis).request("PING\r\n", 7), "+PONG\r\n");
}

#[test]
fn should_fail_the_next_command_of_any_name_or_a_given_one() {
    let redis = EmbeddedRedis::start().unwrap();
    let mut client = Raw::connect(&redis);
    redis.fail_next("LOADING not yet");
    redis.fail_next_command("publish", "ERR full").unwrap();
    assert_eq!(redis.unused_failures(), 2);
    assert_eq!(client.request("PING\r\nPING\r\n", 25), "-LOADING not yet\r\n+PONG\r\n"[..25]);
    assert_eq!(client.request("PUBLISH a b\r\nPUBLISH a b\r\n", 15), "-ERR full\r\n:0\r\n"[..15]);
}

#[test]
fn should_refuse_to_fail_a_command_that_there_is_not() {
    let redis = EmbeddedRedis::start().unwrap();
    let error = redis.fail_next_command("publsh", "ERR full").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot plan a failure of \"publsh\": redis-8.10 has no such command; check its name"
    );
    redis.fail_next_command("CLIENT|SETINFO", "ERR not now").unwrap();
    let mut client = Raw::connect(&redis);
    assert_eq!(client.request("CLIENT SETINFO LIB-NAME x\r\n", 14), "-ERR not now\r\n");
}

#[test]
fn should_reject_clients_beyond_the_limit() {
    let redis = EmbeddedRedis::builder().max_clients(1).start().unwrap();
    let mut first = Raw::connect(&redis);
    first.request("PING\r\n", 7);
    assert_eq!(Raw::connect(&redis).read_to_end(), "-ERR max number of clients reached\r\n");
    drop(first);
}
