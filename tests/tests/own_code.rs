//! Code under test that makes its own connections, as in any other project: it is given a URL, and
//! keeps its connections until the case is over.
//!
//! - every way in which redis-rs connects: multiplexed, managed, `PubSub`, blocking, RESP3
//! - a background task that consumes messages
//! - a case that is not async
//! - workers that race each other, IDs and times that are new in every run
//! - a case without a recording

use futures_util::StreamExt;
use redis::{AsyncTypedCommands, Client, TypedCommands, aio::ConnectionManager};
use twincast::{Scene, Verdict, every_server};

#[every_server]
async fn should_record_a_multiplexed_connection(scene: Scene) -> Verdict {
    let client = Client::open(scene.url("app")?)?;
    let mut app = client.get_multiplexed_async_connection().await?;
    app.set("greeting", "hello").await?;
    assert_eq!(app.get("greeting").await?.as_deref(), Some("hello"));
    // The connection is still open, and used by nobody.
    scene.finish().await
}

#[every_server]
async fn should_record_pushes(scene: Scene) -> Verdict {
    let client = Client::open(format!("{}?protocol=resp3", scene.url("app")?))?;
    let (sender, mut pushes) = tokio::sync::mpsc::unbounded_channel();
    let config = redis::AsyncConnectionConfig::new().set_push_sender(sender);
    let mut app = client.get_multiplexed_async_connection_with_config(&config).await?;
    app.subscribe("orders").await?;
    assert_eq!(pushes.recv().await.map(|push| push.kind), Some(redis::PushKind::Subscribe));
    assert_eq!(app.publish("orders", "paid").await?, 1);
    assert_eq!(pushes.recv().await.map(|push| push.kind), Some(redis::PushKind::Message));
    scene.finish().await
}

#[every_server]
async fn should_record_a_manager_and_a_consumer(scene: Scene) -> Verdict {
    let mut orders = ConnectionManager::new(Client::open(scene.url("orders")?)?).await?;
    let (mut sink, mut stream) =
        Client::open(scene.url("consumer")?)?.get_async_pubsub().await?.split();
    let (seen, mut consumed) = tokio::sync::mpsc::unbounded_channel();
    sink.psubscribe("order:*").await?;
    let consumer = tokio::spawn(async move {
        while let Some(message) = stream.next().await {
            let _ = seen.send(message.get_channel_name().to_owned());
        }
    });

    for id in ["order:1", "order:2"] {
        orders.set(id, "open").await?;
        assert_eq!(orders.publish(id, "opened").await?, 1);
        assert_eq!(consumed.recv().await.as_deref(), Some(id));
    }
    // The consumer runs on; the end of the case is the end of its connection.
    let verdict = scene.finish().await;
    consumer.await?;
    verdict
}

#[every_server]
fn should_record_a_blocking_client(scene: Scene) -> Verdict {
    let mut app = Client::open(scene.url("app")?)?.get_connection()?;
    let mut consumer = Client::open(scene.url("consumer")?)?.get_connection()?;
    let mut messages = consumer.as_pubsub();
    messages.subscribe("orders")?;
    assert_eq!(app.publish("orders", "paid")?, 1);
    assert_eq!(messages.get_message()?.get_payload::<String>()?, "paid");
    scene.finish_blocking()
}

/// Each connection is numbered by the order in which it was made.
#[every_server]
async fn should_number_connections(scene: Scene) -> Verdict {
    let url = scene.url("worker")?;
    let mut workers = Vec::new();
    for n in 0..3 {
        let mut worker = Client::open(url.as_str())?.get_multiplexed_async_connection().await?;
        worker.set(format!("worker:{n}"), n).await?;
        workers.push(worker);
    }
    assert_eq!(workers[2].keys("worker:*").await?.len(), 3);
    scene.finish().await
}

/// The connections of tasks that race each other, with values that are new in every run.
#[every_server]
async fn should_bind_what_differs_from_run_to_run(scene: Scene) -> Verdict {
    scene.any_order("worker", "the workers race each other");
    scene.varies("token", "[a-z0-9]{24}")?;
    let url = scene.url("worker")?;
    let mut workers = tokio::task::JoinSet::new();
    for n in 0..4 {
        let client = Client::open(url.as_str())?;
        let (id, token, now) = (unique(), token(), since_1970());
        workers.spawn(async move {
            let mut worker = client.get_multiplexed_async_connection().await?;
            worker.set(format!("job:{n}"), format!("{{\"id\":\"{id}\",\"at\":{now}}}")).await?;
            worker.set(format!("lock:{n}"), &token).await?;
            Ok::<_, redis::RedisError>(worker.get(format!("lock:{n}")).await? == Some(token))
        });
    }
    while let Some(kept) = workers.join_next().await {
        assert!(kept??);
    }
    scene.finish().await
}

/// The case merely runs on both servers.
#[every_server]
async fn should_run_without_a_recording(scene: Scene) -> Verdict {
    scene.unrecorded("it only shows that a case needs no recording");
    let mut app = Client::open(scene.url("app")?)?.get_multiplexed_async_connection().await?;
    app.set("greeting", "hello").await?;
    assert_eq!(app.get("greeting").await?.as_deref(), Some("hello"));
    scene.finish().await
}

fn since_1970() -> u128 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}

/// 128 random bits: every `RandomState` has other keys.
fn random() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let state = RandomState::new();
    u128::from(state.hash_one(1)) << 64 | u128::from(state.hash_one(2))
}

/// A random UUID.
fn unique() -> String {
    let digits = format!("{:032x}", random());
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// A random token.
fn token() -> String {
    format!("{:032x}", random())[..24].to_owned()
}
