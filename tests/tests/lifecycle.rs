//! Subscriptions from start to end.
//!
//! - subscribe, receive, unsubscribe, receive nothing more; the same with patterns
//! - subscribe again: on the same connection, on a new one, while still subscribed
//! - unsubscribe from everything at once, and from a channel that was never subscribed
//! - the server forgets the subscriptions of a cancelled task

use twincast::{
    Scene, Verdict, every_async_client, every_client,
    scene::{message, pmessage},
};

#[every_client]
async fn should_be_silent_after_unsubscribing(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "heard").await?, 1);
    assert_eq!(alice.next().await?, message("events", "heard"));
    alice.unsubscribe("events").await?;
    assert_eq!(scene.publish("events", "not heard").await?, 0);

    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_be_silent_after_unsubscribing_from_a_pattern(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("workflow:*").await?;
    assert_eq!(scene.publish("workflow:1", "heard").await?, 1);
    assert_eq!(alice.next().await?, pmessage("workflow:*", "workflow:1", "heard"));
    alice.punsubscribe("workflow:*").await?;
    assert_eq!(scene.publish("workflow:1", "not heard").await?, 0);

    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_subscribe_again_on_the_same_connection(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    scene.publish("events", "first").await?;
    alice.unsubscribe("events").await?;
    scene.publish("events", "missed").await?;
    alice.subscribe("events").await?;
    scene.publish("events", "second").await?;

    assert_eq!(alice.next().await?, message("events", "first"));
    assert_eq!(alice.next().await?, message("events", "second"));
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_subscribe_again_on_a_new_connection(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    scene.publish("events", "first").await?;
    assert_eq!(alice.next().await?, message("events", "first"));
    alice.unsubscribe("events").await?;
    alice.close().await?;

    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "second").await?, 1);
    assert_eq!(alice.next().await?, message("events", "second"));
    scene.finish().await
}

#[every_client]
async fn should_deliver_once_when_subscribed_twice(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "once").await?, 1);
    assert_eq!(alice.next().await?, message("events", "once"));
    alice.unsubscribe("events").await?;
    assert_eq!(scene.publish("events", "never").await?, 0);

    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_confirm_the_end_of_a_subscription_that_never_was(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    alice.unsubscribe("elsewhere").await?;
    assert_eq!(scene.publish("events", "still here").await?, 1);

    assert_eq!(alice.next().await?, message("events", "still here"));
    scene.finish().await
}

#[every_async_client]
async fn should_unsubscribe_from_everything_at_once(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe_all(&["one", "two", "three"]).await?;
    alice.psubscribe("t*").await?;
    alice.unsubscribe_all().await?;
    assert_eq!(scene.publish("one", "gone").await?, 0);
    assert_eq!(scene.publish("two", "matched").await?, 1);

    assert_eq!(alice.next().await?, pmessage("t*", "two", "matched"));
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_async_client]
async fn should_clean_up_when_the_consuming_task_is_cancelled(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    let mut task = alice.spawn().await?;
    assert_eq!(scene.publish("events", "heard").await?, 1);
    assert_eq!(task.next().await?, message("events", "heard"));
    task.cancel().await;

    scene.wait_for_subscribers("events", 0).await?;
    assert_eq!(scene.publish("events", "nobody").await?, 0);
    scene.finish().await
}

#[every_async_client]
async fn should_clean_up_patterns_when_the_consuming_task_is_cancelled(
    mut scene: Scene,
) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // A pattern's subscribers cannot be counted by name, so the channel shows that both are gone.
    alice.subscribe("events").await?;
    alice.psubscribe("workflow:*").await?;
    alice.spawn().await?.cancel().await;

    scene.wait_for_subscribers("events", 0).await?;
    assert_eq!(scene.publish("workflow:1", "nobody").await?, 0);
    scene.finish().await
}
