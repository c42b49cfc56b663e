//! Client libraries other than redis-rs, each through the URL of a scene.
//!
//! - fred: a multiplexed client in RESP3, a pool, and a subscriber that subscribes again by itself
//! - deadpool: a pool whose tasks race each other

use deadpool_redis::{Config, Runtime, redis::AsyncCommands};
use fred::clients::SubscriberClient;
use fred::prelude::{
    Builder, Client, ClientLike, Config as FredConfig, EventInterface, KeysInterface, Pool,
    PubsubInterface, ReconnectPolicy,
};
use fred::types::RespVersion;
use twincast::scene::Failure;
use twincast::{Scene, Verdict, every_server};

fn fred(url: &str) -> Result<Builder, Failure> {
    let mut config = FredConfig::from_url(url)?;
    config.version = RespVersion::RESP3;
    let mut builder = Builder::from_config(config);
    builder.set_policy(ReconnectPolicy::new_constant(0, 1));
    Ok(builder)
}

/// A client of fred gives itself a random name.
fn names_vary(scene: &Scene) -> Result<(), Failure> {
    scene.varies("name", "fred-([A-Za-z0-9]{10})")
}

#[every_server]
async fn should_record_fred(scene: Scene) -> Verdict {
    names_vary(&scene)?;
    let app: Client = fred(&scene.url("app")?)?.build()?;
    app.init().await?;
    app.set::<(), _, _>("greeting", "hello", None, None, false).await?;
    assert_eq!(app.get::<String, _>("greeting").await?, "hello");
    scene.finish().await
}

#[every_server]
async fn should_record_a_subscriber_of_fred_that_subscribes_again(scene: Scene) -> Verdict {
    names_vary(&scene)?;
    let app: Client = fred(&scene.url("app")?)?.build()?;
    app.init().await?;
    let consumer: SubscriberClient = fred(&scene.url("consumer")?)?.build_subscriber_client()?;
    consumer.init().await?;
    let mut messages = consumer.message_rx();
    let mut reconnected = consumer.reconnect_rx();
    let _resubscribe = consumer.manage_subscriptions();
    consumer.subscribe("orders").await?;

    assert_eq!(app.publish::<i64, _, _>("orders", "before").await?, 1);
    assert_eq!(messages.recv().await?.value.as_string().as_deref(), Some("before"));
    assert_eq!(scene.cut("consumer").await?, 1);
    reconnected.recv().await?;
    scene.wait_for_subscribers("orders", 1).await?;
    // After the channels, the library subscribes to its patterns, of which there are none.
    scene.settle().await?;
    assert_eq!(app.publish::<i64, _, _>("orders", "after").await?, 1);
    assert_eq!(messages.recv().await?.value.as_string().as_deref(), Some("after"));
    scene.finish().await
}

#[every_server]
async fn should_record_a_pool_of_fred(scene: Scene) -> Verdict {
    names_vary(&scene)?;
    scene.any_order("pool", "tasks share it");
    let pool: Pool = fred(&scene.url("pool")?)?.build_pool(3)?;
    pool.init().await?;
    for n in 0..6 {
        pool.set::<(), _, _>(format!("order:{n}"), n, None, None, false).await?;
    }
    scene.finish().await
}

#[every_server]
async fn should_record_a_pool_of_deadpool(scene: Scene) -> Verdict {
    scene.any_order("pool", "tasks share it");
    let pool = Config::from_url(scene.url("pool")?).create_pool(Some(Runtime::Tokio1))?;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let pool = pool.clone();
        tasks.spawn(async move {
            let mut connection = pool.get().await?;
            let _: () = connection.set(format!("order:{n}"), "open").await?;
            let state: String = connection.get(format!("order:{n}")).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(state)
        });
    }
    while let Some(state) = tasks.join_next().await {
        assert_eq!(state??, "open");
    }
    scene.finish().await
}
