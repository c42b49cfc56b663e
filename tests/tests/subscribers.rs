//! Several subscribers at once.
//!
//! - the same channel: each gets each event, in the same order
//! - they do not interfere: one leaves, one is slow, one listens elsewhere, one listens twice

use twincast::scene::{Verdict, message, pmessage};
use twincast_tests::{Context, On, apply, every_client, rstest};

const FIVE: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

#[apply(every_client)]
async fn should_deliver_to_every_subscriber_of_a_channel(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
    let event = scene.events().workflow();
    let mut listeners = Vec::new();
    for name in FIVE {
        let listener = scene.subscriber(name).await?;
        listener.subscribe("broadcast").await?;
        listeners.push(listener);
    }

    assert_eq!(scene.publish("broadcast", event.payload()).await?, 5);

    for listener in &listeners {
        assert_eq!(listener.next().await?, message("broadcast", event.payload()));
    }
    scene.finish().await
}

#[apply(every_client)]
async fn should_deliver_the_same_events_in_the_same_order(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
    let events: Vec<_> = scene.events().take(10).collect();
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;
    let carol = scene.subscriber("carol").await?;

    for listener in [&alice, &bob, &carol] {
        listener.subscribe("broadcast").await?;
    }
    for event in &events {
        assert_eq!(scene.publish("broadcast", event.payload()).await?, 3);
    }

    let published: Vec<_> = events.iter().map(|e| message("broadcast", e.payload())).collect();
    for listener in [&alice, &bob, &carol] {
        assert_eq!(listener.take(10).await?, published);
    }
    scene.finish().await
}

#[apply(every_client)]
async fn should_not_be_disturbed_by_one_that_leaves(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
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

#[apply(every_client)]
async fn should_not_be_disturbed_by_one_that_is_gone(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
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

#[apply(every_client)]
async fn should_not_wait_for_one_that_does_not_read(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
    let alice = scene.subscriber("alice").await?;
    let idle = scene.subscriber("idle").await?;

    alice.subscribe("broadcast").await?;
    idle.subscribe("broadcast").await?;
    for n in 1..=20 {
        scene.publish("broadcast", n.to_string()).await?;
        assert_eq!(alice.next().await?, message("broadcast", n.to_string()));
    }

    // Nothing is lost for the one that did not read either.
    for n in 1..=20 {
        assert_eq!(idle.next().await?, message("broadcast", n.to_string()));
    }
    scene.finish().await
}

#[apply(every_client)]
async fn should_not_hear_other_channels(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
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

#[apply(every_client)]
async fn should_count_channels_and_patterns_of_all(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
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
