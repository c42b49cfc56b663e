//! One publisher, one subscriber, one channel: every payload arrives unchanged.
//!
//! - one event
//! - several events, in sequence
//! - payloads: a JSON event, empty, UTF-8, every byte value, text with line ends and frames in it,
//!   numbers, which stay strings
//! - binary channels

use twincast::{
    Scene, Verdict, every_client,
    scene::{Event, Failure, every_byte, message},
};

#[every_client]
async fn should_deliver_one_event_to_its_subscriber(mut scene: Scene) -> Verdict {
    let event = scene.events().workflow();
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", event.payload()).await?, 1);

    assert_eq!(alice.next().await?, message("events", event.payload()));
    scene.finish().await
}

#[every_client]
async fn should_deliver_several_events_in_sequence(mut scene: Scene) -> Verdict {
    let events: Vec<_> = scene.events().take(5).collect();
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    for event in &events {
        assert_eq!(scene.publish("events", event.payload()).await?, 1);
    }

    for event in &events {
        assert_eq!(alice.next().await?, message("events", event.payload()));
    }
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_keep_an_event_intact(mut scene: Scene) -> Verdict {
    let event = scene.events().task();
    let alice = scene.subscriber("alice").await?;

    alice.subscribe(event.channel()).await?;
    scene.publish(event.channel(), event.payload()).await?;

    assert_eq!(Event::from_payload(&alice.next().await?.payload), Some(event));
    scene.finish().await
}

#[every_client]
async fn should_keep_an_empty_payload(mut scene: Scene) -> Verdict {
    deliver(&mut scene, b"").await?;
    scene.finish().await
}

#[every_client]
async fn should_keep_utf8(mut scene: Scene) -> Verdict {
    deliver(&mut scene, "Grüße, 世界 🚀 \u{200b}e\u{301}").await?;
    scene.finish().await
}

#[every_client]
async fn should_keep_every_byte_value(mut scene: Scene) -> Verdict {
    deliver(&mut scene, every_byte()).await?;
    scene.finish().await
}

#[every_client]
async fn should_keep_line_ends_and_frames_inside(mut scene: Scene) -> Verdict {
    deliver(&mut scene, "\r\n+OK\r\n$3\r\nfoo\r\n*1\r\n").await?;
    scene.finish().await
}

#[every_client]
async fn should_keep_a_number_as_the_text_it_was(mut scene: Scene) -> Verdict {
    deliver(&mut scene, "007").await?;
    deliver(&mut scene, "-1").await?;
    deliver(&mut scene, "1e3").await?;
    scene.finish().await
}

#[every_client]
async fn should_keep_binary_channels_apart(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // Decoded as text, both channels would be the same replacement character.
    alice.subscribe(b"\xff").await?;
    assert_eq!(scene.publish(b"\xfe", "other").await?, 0);
    assert_eq!(scene.publish(b"\xff", "mine").await?, 1);

    assert_eq!(alice.next().await?, message(b"\xff", "mine"));
    alice.expect_silence().await?;
    scene.finish().await
}

/// Delivers one payload to a new subscriber.
async fn deliver(scene: &mut Scene, payload: impl AsRef<[u8]>) -> Result<(), Failure> {
    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    scene.publish("events", &payload).await?;
    assert_eq!(alice.next().await?, message("events", &payload));
    alice.close().await?;
    scene.wait_for_subscribers("events", 0).await
}
