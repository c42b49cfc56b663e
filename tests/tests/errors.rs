//! Errors that do not end the stream of events.
//!
//! - malformed and unusual patterns are not rejected, and match as on the reference
//! - publishing without subscribers is no error, and returns 0
//! - a subscriber that disconnects or loses its connection can subscribe again
//!   (one that the server kills: see `own_server`)

use twincast::{
    Scene, Verdict, every_client, every_shared_server,
    scene::{message, pmessage},
    tap::Fault,
};

#[every_client]
async fn should_accept_a_malformed_pattern(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // A set without its closing bracket extends to the end of the pattern.
    alice.psubscribe("workflow:[").await?;
    alice.psubscribe("task:[ab").await?;
    assert_eq!(scene.publish("workflow:[", "event").await?, 0);
    assert_eq!(scene.publish("task:a", "event").await?, 1);

    assert_eq!(alice.next().await?, pmessage("task:[ab", "task:a", "event"));
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_shared_server]
async fn should_read_odd_sets_as_the_reference_does(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // A reversed range, the negation of an empty set, an empty set, a set with a bracket in it.
    alice.psubscribe_all(&["back:[z-a]", "none:[^]", "empty:[]", "bracket:[[]"]).await?;
    for channel in ["back:m", "back:z", "none:x", "none:", "empty:", "empty:]", "bracket:["] {
        scene.publish(channel, "event").await?;
    }

    scene.finish().await
}

#[every_shared_server]
async fn should_read_odd_ends_as_the_reference_does(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // A trailing backslash, and several stars in a row.
    alice.psubscribe_all(&[r"slash:\", "stars:***", "both:*\\"]).await?;
    for channel in [r"slash:\", "slash:", "stars:", "stars:anything", r"both:\", "both:"] {
        scene.publish(channel, "event").await?;
    }

    scene.finish().await
}

#[every_shared_server]
async fn should_not_be_held_up_by_a_pattern_of_many_stars(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // Naive backtracking would take years.
    let pattern = format!("{}b", "*a".repeat(30));
    alice.psubscribe(&pattern).await?;
    assert_eq!(scene.publish("a".repeat(100), "event").await?, 0);
    assert_eq!(scene.publish("a".repeat(100) + "b", "event").await?, 1);

    alice.next().await?;
    scene.finish().await
}

#[every_shared_server]
async fn should_count_nobody_and_not_fail(mut scene: Scene) -> Verdict {
    let event = scene.events().workflow();

    assert_eq!(scene.publish(event.channel(), event.payload()).await?, 0);
    assert_eq!(scene.publish("", "").await?, 0);

    scene.finish().await
}

#[every_client]
async fn should_not_keep_events_for_those_who_come_later(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    assert_eq!(scene.publish("events", "too early").await?, 0);
    alice.subscribe("events").await?;

    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_welcome_a_subscriber_back_that_disconnected(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "before").await?, 1);
    assert_eq!(alice.next().await?, message("events", "before"));
    alice.close().await?;
    scene.wait_for_subscribers("events", 0).await?;
    assert_eq!(scene.publish("events", "while away").await?, 0);

    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "after").await?, 1);
    assert_eq!(alice.next().await?, message("events", "after"));
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_welcome_a_subscriber_back_that_was_cut_off(mut scene: Scene) -> Verdict {
    // After the confirmation and one message.
    scene.inject("alice", Fault::CloseAfter(scene.handshake_replies() + 2));
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "before").await?, 1);
    assert_eq!(alice.next().await?, message("events", "before"));
    alice.expect_end().await?;
    scene.wait_for_subscribers("events", 0).await?;

    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "after").await?, 1);
    assert_eq!(alice.next().await?, message("events", "after"));
    scene.finish().await
}
