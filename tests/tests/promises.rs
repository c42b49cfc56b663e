//! Guarantees that streaming programs rely on, often unknowingly.
//!
//! - the number of deliveries is the sum of the replies to PUBLISH
//! - the confirmation comes before the first message
//! - no message comes after the confirmation of UNSUBSCRIBE
//! - the reply to a subscriber's PING never overtakes a message whose PUBLISH was answered

use twincast::{Scene, Verdict, every_client, scene::message};

#[every_client]
async fn should_deliver_exactly_what_publish_counts(mut scene: Scene) -> Verdict {
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

#[every_client]
async fn should_confirm_before_the_first_message(scene: Scene) -> Verdict {
    scene.audited("the server may see SUBSCRIBE anywhere in the stream of events");
    let alice = scene.subscriber("alice").await?;
    let publisher = scene.publisher("pub").await?;

    // The first messages may be missed. The audit checks that none comes before the confirmation,
    // as on every connection.
    let (subscribed, counts) = tokio::join!(
        alice.subscribe("events"),
        publisher.publish_all("events", (0..200).map(|n| n.to_string())),
    );
    subscribed?;
    let delivered: usize = counts?.iter().sum();

    let messages = alice.take(delivered).await?;
    let expected: Vec<_> =
        (200 - delivered..200).map(|n| message("events", n.to_string())).collect();
    assert_eq!(messages, expected);
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_say_nothing_after_the_end_is_confirmed(scene: Scene) -> Verdict {
    scene.audited("the server may see UNSUBSCRIBE anywhere in the stream of events");
    let alice = scene.subscriber("alice").await?;
    let publisher = scene.publisher("pub").await?;

    alice.subscribe("events").await?;
    let (unsubscribed, counts) = tokio::join!(
        alice.unsubscribe("events"),
        publisher.publish_all("events", (0..200).map(|n| n.to_string())),
    );
    unsubscribed?;
    let delivered: usize = counts?.iter().sum();

    let messages = alice.take(delivered).await?;
    let expected: Vec<_> = (0..delivered).map(|n| message("events", n.to_string())).collect();
    assert_eq!(messages, expected);
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_not_let_a_pong_overtake_a_message(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    for n in 1..=20 {
        assert_eq!(scene.publish("events", n.to_string()).await?, 1);
        // PUBLISH has been answered, so the message is already queued before the PONG.
        alice.ping().await?;
        assert_eq!(alice.try_recv().await, Some(message("events", n.to_string())));
    }
    scene.finish().await
}
