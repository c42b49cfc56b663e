//! Faults while the code under test runs, in the same words on both servers.
//!
//! - a connection that is cut, for a command and for a consumer that subscribes again
//! - connections that are refused, stalled, slow or split into single bytes
//! - a server that restarts
//! - requests that are answered with an error, alone and within a transaction

use futures_util::StreamExt;
use redis::{AsyncTypedCommands, Client, RedisError, aio::ConnectionManager};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use twincast::{Scene, Verdict, every_server, scene::Failure, tap::fault::Throttle};

/// A consumer as in a service: it connects and subscribes again whenever its connection ends.
struct Consumer {
    seen: UnboundedReceiver<String>,
    task: JoinHandle<()>,
}

impl Consumer {
    fn start(url: String) -> Self {
        let (sender, seen) = unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok(client) = Client::open(url.as_str()) {
                // A service would wait longer and longer between two attempts.
                let _ = Self::consume(client, &sender).await;
                tokio::task::yield_now().await;
            }
        });
        Self { seen, task }
    }

    async fn consume(client: Client, seen: &UnboundedSender<String>) -> redis::RedisResult<()> {
        let mut consumer = client.get_async_pubsub().await?;
        consumer.subscribe("orders").await?;
        let _ = seen.send("subscribed".to_owned());
        let mut messages = consumer.on_message();
        while let Some(message) = messages.next().await {
            let _ = seen.send(message.get_payload()?);
        }
        Ok(())
    }

    async fn next(&mut self) -> String {
        self.seen.recv().await.unwrap_or_default()
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn manager(scene: &Scene) -> Result<ConnectionManager, Failure> {
    Ok(ConnectionManager::new(Client::open(scene.url("app")?)?).await?)
}

#[every_server]
async fn should_connect_again_after_a_cut(scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    app.set("order:1", "open").await?;
    assert_eq!(scene.cut("app").await?, 1);
    // The manager notices the cut with the next command, which fails.
    while app.set("order:1", "paid").await.is_err() {}
    assert_eq!(app.get("order:1").await?.as_deref(), Some("paid"));
    scene.finish().await
}

#[every_server]
async fn should_subscribe_again_when_connections_are_accepted_again(scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    let mut consumer = Consumer::start(scene.url("consumer")?);
    assert_eq!(consumer.next().await, "subscribed");

    scene.refuse("consumer").await?;
    assert_eq!(scene.cut("consumer").await?, 1);
    assert_eq!(app.publish("orders", "missed").await?, 0);
    scene.accept("consumer").await?;
    assert_eq!(consumer.next().await, "subscribed");
    assert_eq!(app.publish("orders", "received").await?, 1);
    assert_eq!(consumer.next().await, "received");
    scene.finish().await
}

#[every_server]
async fn should_deliver_late_on_a_stalled_connection(scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    let mut consumer = Consumer::start(scene.url("consumer")?);
    assert_eq!(consumer.next().await, "subscribed");

    scene.stall("consumer").await?;
    assert_eq!(app.publish("orders", "late").await?, 1);
    assert!(consumer.seen.try_recv().is_err());
    scene.resume("consumer").await?;
    assert_eq!(consumer.next().await, "late");
    scene.finish().await
}

#[every_server]
async fn should_deliver_everything_slowly_and_in_pieces(scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    let mut consumer = Consumer::start(scene.url("consumer")?);
    assert_eq!(consumer.next().await, "subscribed");

    scene.split("app").await?;
    let pause = std::time::Duration::from_millis(1);
    scene.slow("consumer", Throttle { chunk: 7, pause }).await?;
    assert_eq!(app.publish("orders", "in pieces").await?, 1);
    assert_eq!(consumer.next().await, "in pieces");
    scene.finish().await
}

#[every_server]
async fn should_subscribe_again_after_a_restart(mut scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    let mut consumer = Consumer::start(scene.url("consumer")?);
    assert_eq!(consumer.next().await, "subscribed");
    assert_eq!(app.publish("orders", "before").await?, 1);
    assert_eq!(consumer.next().await, "before");

    scene.restart_server().await?;
    assert_eq!(consumer.next().await, "subscribed");
    while app.set("order:1", "open").await.is_err() {}
    assert_eq!(app.publish("orders", "after").await?, 1);
    assert_eq!(consumer.next().await, "after");
    scene.finish().await
}

#[every_server]
async fn should_answer_a_request_with_an_error_in_the_place_of_the_server(scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    app.set("order:1", "open").await?;
    scene.fail_next_command("app", "set", "OOM no memory left").await?;
    assert_eq!(app.get("order:1").await?.as_deref(), Some("open"));
    let error = app.set("order:1", "paid").await.err();
    assert_eq!(error.as_ref().and_then(RedisError::code), Some("OOM"));
    assert_eq!(app.get("order:1").await?.as_deref(), Some("open"));

    scene.fail_next("app", "READONLY try another server").await?;
    assert!(app.get("order:1").await.is_err());
    app.set("order:1", "paid").await?;
    scene.finish().await
}

#[every_server]
async fn should_discard_a_transaction_with_a_request_that_fails(scene: Scene) -> Verdict {
    let mut app = manager(&scene).await?;
    scene.fail_next_command("app", "publish", "ERR not now").await?;
    let mut order = redis::pipe();
    order.atomic().set("order:1", "open").publish("orders", "opened");
    let outcome: redis::RedisResult<()> = order.query_async(&mut app).await;
    assert!(outcome.is_err());
    assert_eq!(app.get("order:1").await?, None);
    scene.finish().await
}
