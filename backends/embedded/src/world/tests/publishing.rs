use crate::world::stage::Stage;

#[test]
fn should_deliver_once_per_subscription_message_first() {
    let mut stage = Stage::new();
    let (subscriber, publisher) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "PSUBSCRIBE n* ne*\r\nSUBSCRIBE news\r\n");
    assert_eq!(stage.ask(publisher, "PUBLISH news hi\r\n"), ":3\r\n");
    assert_eq!(
        stage.hear(subscriber),
        "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n\
         *4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n\
         *4\r\n$8\r\npmessage\r\n$3\r\nne*\r\n$4\r\nnews\r\n$2\r\nhi\r\n",
    );
}

#[test]
fn should_push_to_resp3_what_resp2_gets_as_an_array() {
    let mut stage = Stage::new();
    let (old, new, publisher) = (stage.enter(), stage.enter_resp3(), stage.enter());
    stage.ask(old, "SUBSCRIBE c\r\n");
    stage.ask(new, "SUBSCRIBE c\r\n");
    stage.ask(publisher, "PUBLISH c \"\"\r\n");
    let body = "3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$0\r\n\r\n";
    assert_eq!(stage.hear(old), format!("*{body}"));
    assert_eq!(stage.hear(new), format!(">{body}"));
}

#[test]
fn should_share_large_messages_without_changing_a_byte() {
    let mut stage = Stage::new();
    let (old, new) = (stage.enter(), stage.enter_resp3());
    stage.ask(old, "SUBSCRIBE c\r\n");
    stage.ask(new, "SUBSCRIBE c\r\n");
    let payload = "x".repeat(100_000);
    let publish = format!("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$100000\r\n{payload}\r\n");
    let publisher = stage.enter();
    assert_eq!(stage.ask(publisher, &publish), ":2\r\n");
    assert_eq!(stage.ask(publisher, "PUBLISH c end\r\n"), ":2\r\n");
    let body = format!("3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$100000\r\n{payload}\r\n");
    let end = "3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nend\r\n";
    assert!(stage.hear(old) == format!("*{body}*{end}"));
    assert!(stage.hear(new) == format!(">{body}>{end}"));
}

#[test]
fn should_answer_before_pushing_to_oneself() {
    let mut stage = Stage::new();
    let client = stage.enter_resp3();
    stage.ask(client, "SUBSCRIBE x\r\n");
    let push = ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n";
    assert_eq!(stage.ask(client, "PUBLISH x m\r\n"), format!(":1\r\n{push}"));
    stage.ask(client, "MULTI\r\nPUBLISH x m\r\nECHO mid\r\nPUBLISH x m\r\n");
    assert_eq!(
        stage.ask(client, "EXEC\r\n"),
        format!("*3\r\n:1\r\n$3\r\nmid\r\n:1\r\n{push}{push}"),
    );
}

#[test]
fn should_keep_channels_patterns_and_shards_apart() {
    let mut stage = Stage::new();
    let (subscriber, publisher) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "SUBSCRIBE x\r\nPSUBSCRIBE x\r\nSSUBSCRIBE x\r\n");
    assert_eq!(stage.ask(publisher, "PUBLISH x m\r\nSPUBLISH x m\r\n"), ":2\r\n:1\r\n");
    assert_eq!(
        stage.ask(publisher, "PUBSUB NUMSUB x x\r\n"),
        "*4\r\n$1\r\nx\r\n:1\r\n$1\r\nx\r\n:1\r\n"
    );
    assert_eq!(stage.ask(publisher, "PUBSUB SHARDNUMSUB x\r\n"), "*2\r\n$1\r\nx\r\n:1\r\n");
}

#[test]
fn should_not_match_the_empty_channel_with_a_star() {
    let mut stage = Stage::new();
    let (subscriber, publisher) = (stage.enter(), stage.enter());
    stage.ask(subscriber, "PSUBSCRIBE *\r\n");
    assert_eq!(stage.ask(publisher, "PUBLISH \"\" m\r\n"), ":0\r\n");
    stage.ask(subscriber, "SUBSCRIBE \"\"\r\n");
    assert_eq!(stage.ask(publisher, "PUBSUB CHANNELS *\r\n"), "*0\r\n");
    assert_eq!(stage.ask(publisher, "PUBSUB CHANNELS\r\n"), "*1\r\n$0\r\n\r\n");
}

#[test]
fn should_count_unique_patterns() {
    let mut stage = Stage::new();
    let (one, two) = (stage.enter(), stage.enter());
    stage.ask(one, "PSUBSCRIBE p q\r\n");
    stage.ask(two, "PSUBSCRIBE p\r\n");
    let asker = stage.enter();
    assert_eq!(stage.ask(asker, "PUBSUB NUMPAT\r\n"), ":2\r\n");
}
