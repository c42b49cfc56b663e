use crate::dispatch::tests::harness::TestEngine;

#[test]
fn should_deliver_once_per_subscription_with_the_message_first() {
    let mut engine = TestEngine::new();
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "PSUBSCRIBE n* ne*\r\nSUBSCRIBE news\r\n");
    assert_eq!(engine.request(publisher, "PUBLISH news hi\r\n"), ":3\r\n");
    assert_eq!(
        engine.received(subscriber),
        "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n\
         *4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n\
         *4\r\n$8\r\npmessage\r\n$3\r\nne*\r\n$4\r\nnews\r\n$2\r\nhi\r\n",
    );
}

#[test]
fn should_send_pushes_in_resp3_and_arrays_in_resp2() {
    let mut engine = TestEngine::new();
    let (resp2, resp3, publisher) = (engine.connect(), engine.connect_resp3(), engine.connect());
    engine.request(resp2, "SUBSCRIBE c\r\n");
    engine.request(resp3, "SUBSCRIBE c\r\n");
    engine.request(publisher, "PUBLISH c \"\"\r\n");
    let body = "3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$0\r\n\r\n";
    assert_eq!(engine.received(resp2), format!("*{body}"));
    assert_eq!(engine.received(resp3), format!(">{body}"));
}

#[test]
fn should_share_large_messages_without_changing_a_byte() {
    let mut engine = TestEngine::new();
    let (resp2, resp3) = (engine.connect(), engine.connect_resp3());
    engine.request(resp2, "SUBSCRIBE c\r\n");
    engine.request(resp3, "SUBSCRIBE c\r\n");
    let payload = "x".repeat(100_000);
    let publish = format!("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$100000\r\n{payload}\r\n");
    let publisher = engine.connect();
    assert_eq!(engine.request(publisher, &publish), ":2\r\n");
    assert_eq!(engine.request(publisher, "PUBLISH c end\r\n"), ":2\r\n");
    let body = format!("3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$100000\r\n{payload}\r\n");
    let end = "3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\nend\r\n";
    assert!(engine.received(resp2) == format!("*{body}*{end}"));
    assert!(engine.received(resp3) == format!(">{body}>{end}"));
}

#[test]
fn should_reply_before_pushing_to_the_publisher_itself() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    engine.request(client, "SUBSCRIBE x\r\n");
    let push = ">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$1\r\nm\r\n";
    assert_eq!(engine.request(client, "PUBLISH x m\r\n"), format!(":1\r\n{push}"));
    engine.request(client, "MULTI\r\nPUBLISH x m\r\nECHO mid\r\nPUBLISH x m\r\n");
    assert_eq!(
        engine.request(client, "EXEC\r\n"),
        format!("*3\r\n:1\r\n$3\r\nmid\r\n:1\r\n{push}{push}"),
    );
}

#[test]
fn should_keep_channels_patterns_and_shards_apart() {
    let mut engine = TestEngine::new();
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE x\r\nPSUBSCRIBE x\r\nSSUBSCRIBE x\r\n");
    assert_eq!(engine.request(publisher, "PUBLISH x m\r\nSPUBLISH x m\r\n"), ":2\r\n:1\r\n");
    assert_eq!(
        engine.request(publisher, "PUBSUB NUMSUB x x\r\n"),
        "*4\r\n$1\r\nx\r\n:1\r\n$1\r\nx\r\n:1\r\n"
    );
    assert_eq!(engine.request(publisher, "PUBSUB SHARDNUMSUB x\r\n"), "*2\r\n$1\r\nx\r\n:1\r\n");
}

#[test]
fn should_not_match_the_empty_channel_with_a_star() {
    let mut engine = TestEngine::new();
    let (subscriber, publisher) = (engine.connect(), engine.connect());
    engine.request(subscriber, "PSUBSCRIBE *\r\n");
    assert_eq!(engine.request(publisher, "PUBLISH \"\" m\r\n"), ":0\r\n");
    engine.request(subscriber, "SUBSCRIBE \"\"\r\n");
    assert_eq!(engine.request(publisher, "PUBSUB CHANNELS *\r\n"), "*0\r\n");
    assert_eq!(engine.request(publisher, "PUBSUB CHANNELS\r\n"), "*1\r\n$0\r\n\r\n");
}

#[test]
fn should_count_unique_patterns() {
    let mut engine = TestEngine::new();
    let (one, two) = (engine.connect(), engine.connect());
    engine.request(one, "PSUBSCRIBE p q\r\n");
    engine.request(two, "PSUBSCRIBE p\r\n");
    let client = engine.connect();
    assert_eq!(engine.request(client, "PUBSUB NUMPAT\r\n"), ":2\r\n");
}
