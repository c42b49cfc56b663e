//! Several subscribers at once.
//!
//! - on one channel: each gets every event, in the same order
//! - they do not affect each other: one leaves, one is slow, one uses another channel, one
//!   subscribes twice

use twincast::{
    Scene, Verdict, every_client,
    scene::{message, pmessage},
};

const NAMES: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

#[every_client]
async fn should_deliver_to_every_subscriber_of_a_channel(mut scene: Scene) -> Verdict {
    let event = scene.events().workflow();
    let mut subscribers = Vec::new();
    for name in NAMES {
        let subscriber = scene.subscriber(name).await?;
        subscriber.subscribe("broadcast").await?;
        subscribers.push(subscriber);
    }

    assert_eq!(scene.publish("broadcast", event.payload()).await?, 5);

    for subscriber in &subscribers {
        assert_eq!(subscriber.next().await?, message("broadcast", event.payload()));
    }
    scene.finish().await
}

#[every_client]
async fn should_deliver_the_same_events_in_the_same_order(mut scene: Scene) -> Verdict {
    let events: Vec<_> = scene.events().take(10).collect();
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;
    let carol = scene.subscriber("carol").await?;

    for subscriber in [&alice, &bob, &carol] {
        subscriber.subscribe("broadcast").await?;
    }
    for event in &events {
        assert_eq!(scene.publish("broadcast", event.payload()).await?, 3);
    }

    let published: Vec<_> = events.iter().map(|e| message("broadcast", e.payload())).collect();
    for subscriber in [&alice, &bob, &carol] {
        assert_eq!(subscriber.take(10).await?, published);
    }
    scene.finish().await
}

#[every_client]
async fn should_not_be_disturbed_by_one_that_leaves(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;

    alice.subscribe("broadcast").await?;
    bob.subscribe("broadcast").await?;
    assert_eq!(scene.publish("broadcast", "both").await?, 2);
    bob.unsubscribe("broadcast").await?;
    assert_eq!(scene.publish("broadcast", "alice alone").await?, 1);

    assert_eq!(alice.next().await?, message("broadcast", "both"));
    assert_eq!(alice.next().await?, message("broadcast", "alice alone"));
    assert_eq!(bob.next().await?, message("broadcast", "both"));
    bob.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_not_be_disturbed_by_one_that_is_gone(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;

    alice.subscribe("broadcast").await?;
    bob.subscribe("broadcast").await?;
    bob.close().await?;
    scene.wait_for_subscribers("broadcast", 1).await?;
    assert_eq!(scene.publish("broadcast", "alice alone").await?, 1);

    assert_eq!(alice.next().await?, message("broadcast", "alice alone"));
    scene.finish().await
}

#[every_client]
async fn should_not_wait_for_one_that_does_not_read(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;
    let idle = scene.subscriber("idle").await?;

    alice.subscribe("broadcast").await?;
    idle.subscribe("broadcast").await?;
    for n in 1..=20 {
        scene.publish("broadcast", n.to_string()).await?;
        assert_eq!(alice.next().await?, message("broadcast", n.to_string()));
    }

    // The subscriber that did not read has lost nothing either.
    for n in 1..=20 {
        assert_eq!(idle.next().await?, message("broadcast", n.to_string()));
    }
    scene.finish().await
}

#[every_client]
async fn should_not_hear_other_channels(mut scene: Scene) -> Verdict {
    let (workflow, task) = (scene.events().workflow(), scene.events().task());
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;

    alice.subscribe("workflows").await?;
    bob.subscribe("tasks").await?;
    assert_eq!(scene.publish("workflows", workflow.payload()).await?, 1);
    assert_eq!(scene.publish("tasks", task.payload()).await?, 1);

    assert_eq!(alice.next().await?, message("workflows", workflow.payload()));
    assert_eq!(bob.next().await?, message("tasks", task.payload()));
    alice.expect_silence().await?;
    bob.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_count_channels_and_patterns_of_all(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;

    alice.subscribe("workflow:1").await?;
    alice.psubscribe("workflow:*").await?;
    bob.psubscribe("workflow:*").await?;
    assert_eq!(scene.publish("workflow:1", "hello").await?, 3);

    assert_eq!(alice.next().await?, message("workflow:1", "hello"));
    assert_eq!(alice.next().await?, pmessage("workflow:*", "workflow:1", "hello"));
    assert_eq!(bob.next().await?, pmessage("workflow:*", "workflow:1", "hello"));
    scene.finish().await
}
