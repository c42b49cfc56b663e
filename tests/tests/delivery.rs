//! Messages are neither lost nor reordered, and large payloads arrive.
//!
//! - fifty events to one subscriber
//! - ten thousand events from four publishers to five subscribers, each delivery counted
//! - large payloads: 1 KiB, 1 MiB, 16 MiB

use twincast::{
    Scene, Verdict, every_client, every_shared_server,
    scene::{Failure, Publisher, Subscriber, message, periodic},
};

#[every_client]
async fn should_lose_none_of_fifty_events(mut scene: Scene) -> Verdict {
    let events: Vec<_> = scene.events().take(50).collect();
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    for event in &events {
        assert_eq!(scene.publish("events", event.payload()).await?, 1);
    }

    assert_eq!(alice.take(50).await?.len(), 50);
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_deliver_in_the_order_of_publishing(mut scene: Scene) -> Verdict {
    let events: Vec<_> = scene.events().take(50).collect();
    let payloads: Vec<_> = events.iter().map(|event| event.payload()).collect();
    let alice = scene.subscriber("alice").await?;
    let publisher = scene.publisher("pub").await?;

    alice.subscribe("events").await?;
    // One pipeline, so that there is no pause between them.
    let counts = publisher.publish_all("events", &payloads).await?;
    assert_eq!(counts, [1; 50]);

    for payload in payloads {
        assert_eq!(alice.next().await?, message("events", payload));
    }
    scene.finish().await
}

#[every_shared_server]
async fn should_lose_none_of_ten_thousand_events(mut scene: Scene) -> Verdict {
    scene.audited("four publishers at once: the server may read them in any order");
    let events: Vec<_> = scene.events().take(10_000).map(|event| event.payload()).collect();
    let subscribers = subscribers(&scene, ["alice", "bob", "carol", "dave", "erin"]).await?;
    let [one, two, three, four] = publishers(&scene, ["one", "two", "three", "four"]).await?;

    let mut shares = events.chunks(2_500);
    let mut publish = |publisher| publish(publisher, shares.next().unwrap_or_default());
    let counts = tokio::try_join!(publish(&one), publish(&two), publish(&three), publish(&four))?;
    assert_eq!(counts, (12_500, 12_500, 12_500, 12_500));

    for subscriber in subscribers {
        subscriber.take(10_000).await?;
        subscriber.expect_silence().await?;
    }
    scene.finish().await
}

#[every_client]
async fn should_deliver_a_kibibyte(mut scene: Scene) -> Verdict {
    deliver(&mut scene, 1 << 10).await?;
    scene.finish().await
}

#[every_client]
async fn should_deliver_a_mebibyte(mut scene: Scene) -> Verdict {
    deliver(&mut scene, 1 << 20).await?;
    scene.finish().await
}

#[every_shared_server]
async fn should_deliver_sixteen_mebibytes(mut scene: Scene) -> Verdict {
    deliver(&mut scene, 16 << 20).await?;
    scene.finish().await
}

/// Publishes a large payload, and a small one that must not overtake it.
async fn deliver(scene: &mut Scene, size: usize) -> Result<(), Failure> {
    let large = periodic("large", size);
    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    scene.publish("events", &large).await?;
    scene.publish("events", "small").await?;
    assert_eq!(alice.next().await?, message("events", &large));
    assert_eq!(alice.next().await?, message("events", "small"));
    Ok(())
}

async fn subscribers(scene: &Scene, names: [&str; 5]) -> Result<Vec<Subscriber>, Failure> {
    let mut subscribers = Vec::new();
    for name in names {
        let subscriber = scene.subscriber(name).await?;
        subscriber.subscribe("events").await?;
        subscribers.push(subscriber);
    }
    Ok(subscribers)
}

async fn publishers(scene: &Scene, names: [&str; 4]) -> Result<[Publisher; 4], Failure> {
    let [one, two, three, four] = names;
    Ok([
        scene.publisher(one).await?,
        scene.publisher(two).await?,
        scene.publisher(three).await?,
        scene.publisher(four).await?,
    ])
}

/// Publishes in pipelines of a hundred, so that the server reads the publishers in turns.
async fn publish(publisher: &Publisher, share: &[impl AsRef<[u8]>]) -> Result<usize, Failure> {
    let mut delivered = 0;
    for hundred in share.chunks(100) {
        delivered += publisher.publish_all("events", hundred).await?.iter().sum::<usize>();
    }
    Ok(delivered)
}
