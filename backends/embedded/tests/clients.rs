//! Real client libraries, as users have them.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, AsyncConnectionConfig, Client, Commands, PushKind, Value};
use rstest::rstest;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;
use twincast_embedded::EmbeddedRedis;

const DEADLINE: Duration = Duration::from_secs(10);

async fn connect(redis: &EmbeddedRedis) -> MultiplexedConnection {
    let client = Client::open(redis.url()).unwrap();
    client.get_multiplexed_async_connection_with_config(&config()).await.unwrap()
}

/// The default timeout of the library is half a second, which is too short for a busy machine.
fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(Some(DEADLINE))
        .set_response_timeout(Some(DEADLINE))
}

#[tokio::test]
async fn should_serve_the_async_pubsub_client() {
    let redis = EmbeddedRedis::start().unwrap();
    let client = Client::open(redis.url()).unwrap();
    let mut pubsub = client.get_async_pubsub().await.unwrap();
    pubsub.subscribe("news").await.unwrap();
    pubsub.psubscribe("n*").await.unwrap();
    assert_eq!(connect(&redis).await.publish("news", "hi").await, Ok(2));

    let mut messages = pubsub.on_message();
    for pattern in [None, Some("n*")] {
        let message = timeout(DEADLINE, messages.next()).await.unwrap().unwrap();
        assert_eq!(message.get_channel_name(), "news");
        assert_eq!(message.get_payload_bytes(), b"hi");
        assert_eq!(message.get_pattern::<Option<String>>().unwrap().as_deref(), pattern);
    }
}

#[test]
fn should_serve_the_blocking_pubsub_client() {
    let redis = EmbeddedRedis::start().unwrap();
    let client = Client::open(redis.url()).unwrap();
    let mut connection = client.get_connection().unwrap();
    let mut pubsub = connection.as_pubsub();
    pubsub.subscribe(b"\xff\x00\r\n").unwrap();
    let payload: Vec<u8> = (0..=255).collect();
    assert_eq!(redis.publish(b"\xff\x00\r\n", &payload), 1);
    assert_eq!(pubsub.get_message().unwrap().get_payload_bytes(), payload);
    pubsub.unsubscribe(b"\xff\x00\r\n").unwrap();
    assert!(redis.channels().is_empty());
}

#[tokio::test]
async fn should_push_to_a_resp3_client() {
    let redis = EmbeddedRedis::start().unwrap();
    let (pushes, mut pushed) = unbounded_channel();
    let config = config().set_push_sender(pushes);
    let client = Client::open(redis.url_resp3()).unwrap();
    let mut connection =
        client.get_multiplexed_async_connection_with_config(&config).await.unwrap();
    connection.subscribe("news").await.unwrap();
    assert_eq!(connection.publish("news", "hi").await, Ok(1));
    let kinds = [PushKind::Subscribe, PushKind::Message];
    for kind in kinds {
        assert_eq!(timeout(DEADLINE, pushed.recv()).await.unwrap().unwrap().kind, kind);
    }
}

#[rstest]
#[case::resp2(EmbeddedRedis::url)]
#[case::resp3(EmbeddedRedis::url_resp3)]
fn should_serve_ordinary_commands(#[case] url: fn(&EmbeddedRedis) -> String) {
    let redis = EmbeddedRedis::builder().password("a/b c").start().unwrap();
    let mut connection = Client::open(url(&redis)).unwrap().get_connection().unwrap();
    let () = connection.set("key", "value").unwrap();
    assert_eq!(connection.get("key"), Ok("value".to_string()));
    let transaction: (Value, String) =
        redis::pipe().atomic().set("key", "more").get("key").query(&mut connection).unwrap();
    assert_eq!(transaction, (Value::Okay, "more".into()));
}

#[test]
fn should_serve_clients_over_a_unix_socket() {
    let redis = EmbeddedRedis::builder().unix_socket().start().unwrap();
    let client = Client::open(redis.unix_url().unwrap()).unwrap();
    let mut connection = client.get_connection().unwrap();
    assert_eq!(connection.publish("c", "m"), Ok(0));
    assert_eq!(
        redis.connections()[0].address,
        format!("{}:0", redis.unix_path().unwrap().display())
    );
}

#[tokio::test]
async fn should_notice_that_a_subscriber_was_cancelled() {
    let redis = EmbeddedRedis::start().unwrap();
    let client = Client::open(redis.url()).unwrap();
    let consuming = tokio::spawn(async move {
        let mut pubsub = client.get_async_pubsub().await.unwrap();
        pubsub.subscribe("news").await.unwrap();
        while pubsub.on_message().next().await.is_some() {}
    });
    redis.subscribers_reached("news", 1, DEADLINE).await.unwrap();
    consuming.abort();
    redis.subscribers_reached("news", 0, DEADLINE).await.unwrap();
}
