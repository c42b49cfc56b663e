//! Subscriptions by pattern.
//!
//! - `workflow:*`, `task:*`, several channels of one pattern, unrelated channels
//! - overlapping patterns, a channel and its pattern, one command for several patterns
//! - the syntax of patterns: case, `?`, sets, ranges, escapes, bytes

use twincast::{
    Scene, Verdict, every_client, every_shared_server,
    scene::{Message, message, pmessage},
};

#[every_client]
async fn should_deliver_workflow_events_to_the_workflow_pattern(mut scene: Scene) -> Verdict {
    let event = scene.events().workflow();
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("workflow:*").await?;
    assert_eq!(scene.publish(event.channel(), event.payload()).await?, 1);

    assert_eq!(alice.next().await?, pmessage("workflow:*", event.channel(), event.payload()));
    scene.finish().await
}

#[every_client]
async fn should_deliver_every_matching_channel(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("workflow:*").await?;
    for channel in ["workflow:123", "workflow:456", "workflow:789"] {
        assert_eq!(scene.publish(channel, channel).await?, 1);
    }

    for channel in ["workflow:123", "workflow:456", "workflow:789"] {
        assert_eq!(alice.next().await?, pmessage("workflow:*", channel, channel));
    }
    scene.finish().await
}

#[every_client]
async fn should_not_deliver_unrelated_channels(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("workflow:*").await?;
    for channel in ["task:123", "workflow", "workflows:1", "my-workflow:1", "other"] {
        assert_eq!(scene.publish(channel, "event").await?, 0);
    }

    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_tell_workflows_from_tasks(mut scene: Scene) -> Verdict {
    let (workflow, task) = (scene.events().workflow(), scene.events().task());
    let alice = scene.subscriber("alice").await?;
    let bob = scene.subscriber("bob").await?;

    alice.psubscribe("workflow:*").await?;
    bob.psubscribe("task:*").await?;
    scene.publish(workflow.channel(), workflow.payload()).await?;
    scene.publish(task.channel(), task.payload()).await?;

    let of_workflow = pmessage("workflow:*", workflow.channel(), workflow.payload());
    assert_eq!(alice.next().await?, of_workflow);
    assert_eq!(bob.next().await?, pmessage("task:*", task.channel(), task.payload()));
    alice.expect_silence().await?;
    bob.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_deliver_once_per_matching_pattern(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe_all(&["workflow:*", "work*", "*:123"]).await?;
    assert_eq!(scene.publish("workflow:123", "hello").await?, 3);

    let received = sorted(alice.take(3).await?);
    let each = ["*:123", "work*", "workflow:*"].map(|p| pmessage(p, "workflow:123", "hello"));
    assert_eq!(received, each);
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_client]
async fn should_deliver_the_channel_before_its_pattern(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("workflow:*").await?;
    alice.subscribe("workflow:123").await?;
    assert_eq!(scene.publish("workflow:123", "hello").await?, 2);

    assert_eq!(alice.next().await?, message("workflow:123", "hello"));
    assert_eq!(alice.next().await?, pmessage("workflow:*", "workflow:123", "hello"));
    scene.finish().await
}

#[every_client]
async fn should_count_a_pattern_once_however_often_it_is_subscribed(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("workflow:*").await?;
    alice.psubscribe("workflow:*").await?;
    assert_eq!(scene.publish("workflow:1", "hello").await?, 1);

    assert_eq!(alice.next().await?, pmessage("workflow:*", "workflow:1", "hello"));
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_shared_server]
async fn should_mind_case(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("Workflow:*").await?;
    assert_eq!(scene.publish("workflow:1", "small").await?, 0);
    assert_eq!(scene.publish("Workflow:1", "big").await?, 1);

    assert_eq!(alice.next().await?, pmessage("Workflow:*", "Workflow:1", "big"));
    scene.finish().await
}

#[every_shared_server]
async fn should_match_one_byte_with_a_question_mark(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe("task:?").await?;
    assert_eq!(scene.publish("task:1", "one").await?, 1);
    assert_eq!(scene.publish("task:", "none").await?, 0);
    assert_eq!(scene.publish("task:12", "two").await?, 0);
    assert_eq!(scene.publish("task:ü", "two bytes, one letter").await?, 0);
    assert_eq!(scene.publish(b"task:\xff", "a byte that is no letter").await?, 1);

    alice.take(2).await?;
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_shared_server]
async fn should_match_sets_ranges_and_negations(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe_all(&["set:[ab]", "range:[0-4]", "not:[^x]"]).await?;
    for (channel, deliveries) in [
        ("set:a", 1),
        ("set:c", 0),
        ("range:0", 1),
        ("range:4", 1),
        ("range:5", 0),
        ("not:a", 1),
        ("not:x", 0),
    ] {
        assert_eq!(scene.publish(channel, "event").await?, deliveries, "{channel}");
    }

    alice.take(4).await?;
    alice.expect_silence().await?;
    scene.finish().await
}

#[every_shared_server]
async fn should_take_an_escaped_character_for_itself(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe(r"task:\*").await?;
    assert_eq!(scene.publish("task:1", "event").await?, 0);
    assert_eq!(scene.publish("task:*", "event").await?, 1);

    assert_eq!(alice.next().await?, pmessage(r"task:\*", "task:*", "event"));
    scene.finish().await
}

#[every_shared_server]
async fn should_take_special_characters_of_channels_for_themselves(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    // SUBSCRIBE takes a channel's name literally, even if it looks like a pattern.
    alice.subscribe("workflow:*").await?;
    assert_eq!(scene.publish("workflow:1", "event").await?, 0);
    assert_eq!(scene.publish("workflow:*", "event").await?, 1);

    assert_eq!(alice.next().await?, message("workflow:*", "event"));
    scene.finish().await
}

#[every_shared_server]
async fn should_match_binary_channels(mut scene: Scene) -> Verdict {
    let alice = scene.subscriber("alice").await?;

    alice.psubscribe(b"\x00\xff*").await?;
    assert_eq!(scene.publish(b"\x00\xff\r\n", "event").await?, 1);
    assert_eq!(scene.publish(b"\x00\xfe\r\n", "event").await?, 0);

    assert_eq!(alice.next().await?, pmessage(b"\x00\xff*", b"\x00\xff\r\n", "event"));
    scene.finish().await
}

/// Servers may deliver to the patterns of a subscriber in any order.
fn sorted(mut messages: Vec<Message>) -> Vec<Message> {
    messages.sort_by(|one, other| one.pattern.cmp(&other.pattern));
    messages
}
