//! What streaming programs rely on without knowing it.
//!
//! - what was delivered is the sum of what PUBLISH answered
//! - the confirmation comes before the first message
//! - nothing comes after the confirmation of the unsubscription
//! - a PING of the subscriber never overtakes a message that the publisher knows to be delivered

use twincast::scene::{Verdict, message};
use twincast_tests::{Context, On, apply, every_client, rstest};

#[apply(every_client)]
async fn should_deliver_exactly_what_publish_counts(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;

    // A different count for every channel.
    alice.subscribe_all(&["events:1", "events:2"]).await?;
    alice.psubscribe("events:*").await?;
    bob.psubscribe_all(&["*:2", "events:[12]"]).await?;
    let mut counted = Vec::new();
    for channel in ["events:1", "events:2", "events:3", "other"] {
        counted.push(scene.publish(channel, "event").await?);
    }
    assert_eq!(counted, [3, 4, 1, 0]);

    let (of_alice, of_bob) = (alice.take(5).await?.len(), bob.take(3).await?.len());
    assert_eq!(of_alice + of_bob, counted.iter().sum::<usize>());
    alice.expect_silence().await?;
    bob.expect_silence().await?;
    scene.finish().await
}

#[apply(every_client)]
async fn should_confirm_before_the_first_message(case: Context, on: On) -> Verdict {
    let scene = on.open(&case)?;
    scene.audited("the subscription falls somewhere into a stream of events");
    let alice = scene.subscriber("alice").await?;
    let publisher = scene.publisher("pub").await?;

    // Whether the first of them are heard is free. That none comes before the confirmation is
    // audited, as for every other connection.
    let (subscribed, counts) = tokio::join!(
        alice.subscribe("events"),
        publisher.publish_all("events", (0..200).map(|n| n.to_string())),
    );
    subscribed?;
    let heard: usize = counts?.iter().sum();

    let messages = alice.take(heard).await?;
    let owed: Vec<_> = (200 - heard..200).map(|n| message("events", n.to_string())).collect();
    assert_eq!(messages, owed);
    alice.expect_silence().await?;
    scene.finish().await
}

#[apply(every_client)]
async fn should_say_nothing_after_the_end_is_confirmed(case: Context, on: On) -> Verdict {
    let scene = on.open(&case)?;
    scene.audited("the unsubscription falls somewhere into a stream of events");
    let alice = scene.subscriber("alice").await?;
    let publisher = scene.publisher("pub").await?;

    alice.subscribe("events").await?;
    let (unsubscribed, counts) = tokio::join!(
        alice.unsubscribe("events"),
        publisher.publish_all("events", (0..200).map(|n| n.to_string())),
    );
    unsubscribed?;
    let heard: usize = counts?.iter().sum();

    let messages = alice.take(heard).await?;
    let owed: Vec<_> = (0..heard).map(|n| message("events", n.to_string())).collect();
    assert_eq!(messages, owed);
    alice.expect_silence().await?;
    scene.finish().await
}

#[apply(every_client)]
async fn should_not_let_a_pong_overtake_a_message(case: Context, on: On) -> Verdict {
    let mut scene = on.open(&case)?;
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    for n in 1..=20 {
        assert_eq!(scene.publish("events", n.to_string()).await?, 1);
        // The publisher has its answer, so the message is on its way: no PONG may be faster.
        alice.ping().await?;
        assert_eq!(alice.try_recv().await, Some(message("events", n.to_string())));
    }
    scene.finish().await
}
