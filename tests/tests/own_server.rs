//! Cases that would disturb others: each of them is alone on its server.
//!
//! - a subscriber that the server kills (CLIENT KILL reaches every subscriber there is)
//! - a server that is restarted
//! - a slow subscriber is closed at its output buffer limit (CONFIG SET), and no other client is
//! - `*` and the empty channel (on a shared server channels have a prefix, so none is empty)

use std::time::Duration;

use twincast::{
    Scene, Verdict, every_server,
    scene::{message, periodic, pmessage},
    tap::{Direction, Fault, fault::Throttle},
};

#[every_server]
async fn should_welcome_a_subscriber_back_that_was_killed(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "before").await?, 1);
    assert_eq!(alice.next().await?, message("events", "before"));
    assert_eq!(scene.kill_subscribers().await?, 1);
    alice.expect_end().await?;
    assert_eq!(scene.publish("events", "while away").await?, 0);

    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "after").await?, 1);
    assert_eq!(alice.next().await?, message("events", "after"));
    scene.finish().await
}

#[every_server]
async fn should_forget_subscriptions_when_the_server_restarts(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "before").await?, 1);
    assert_eq!(alice.next().await?, message("events", "before"));
    scene.restart_server().await?;
    alice.expect_end().await?;
    assert_eq!(scene.publish("events", "while away").await?, 0);

    let alice = scene.subscriber("alice").await?;
    alice.subscribe("events").await?;
    assert_eq!(scene.publish("events", "after").await?, 1);
    assert_eq!(alice.next().await?, message("events", "after"));
    scene.finish().await
}

#[every_server]
async fn should_close_a_slow_subscriber_and_nobody_else(mut scene: Scene) -> Verdict {
    scene.audited("the kernel decides how much is in flight before the limit applies");
    // Slow enough for the confirmation, but hardly anything more, to arrive during this case.
    let throttle = Throttle { chunk: 1 << 10, pause: Duration::from_millis(100) };
    scene.inject("slow", Fault::Slow(Direction::Answers, throttle));
    let slow = scene.subscriber("slow").await?;
    let quick = scene.subscriber("quick").await?;

    scene.configure("client-output-buffer-limit", "pubsub 1mb 0 0").await?;
    slow.subscribe("events").await?;
    quick.subscribe("events").await?;
    let mut published = 0;
    // Valkey 9.1 does not count shared payloads of 16 KiB or more against the limit.
    while scene.publish("events", periodic(&published.to_string(), 8 << 10)).await? == 2 {
        published += 1;
        assert!(
            published < 8_000,
            "64 MiB are pending, and the limit of 1 MiB has not closed the subscriber"
        );
    }

    // The last message was delivered to the quick subscriber only.
    assert_eq!(quick.take(published + 1).await?.len(), published + 1);
    quick.expect_silence().await?;
    slow.close().await?;
    scene.finish().await
}

#[every_server]
async fn should_not_match_the_empty_channel_with_a_star(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("*").await?;
    assert_eq!(scene.publish("", "empty").await?, 0);
    assert_eq!(scene.publish("x", "not empty").await?, 1);

    assert_eq!(alice.next().await?, pmessage("*", "x", "not empty"));
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_server]
async fn should_deliver_on_the_empty_channel(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.subscribe("").await?;
    assert_eq!(scene.publish("", "event").await?, 1);

    assert_eq!(alice.next().await?, message("", "event"));
    scene.finish().await
}
