use crate::dispatch::tests::harness::TestEngine;
use crate::state::pubsub::Kind;

#[test]
fn should_confirm_every_argument_and_count_duplicates_once() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_eq!(
        engine.request(client, "SUBSCRIBE a a\r\n"),
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n",
    );
    assert_eq!(engine.engine.state.pubsub.subscribers(Kind::Channel, b"a").len(), 1);
}

#[test]
fn should_count_channels_and_patterns_together_and_shards_apart() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let replies = engine.request(
        client,
        "SUBSCRIBE a\r\nPSUBSCRIBE p*\r\nSSUBSCRIBE s1\r\nSUBSCRIBE b\r\nSSUBSCRIBE s2 s3\r\n\
         SUNSUBSCRIBE s1\r\n",
    );
    let counts: Vec<_> = replies.lines().filter(|line| line.starts_with(':')).collect();
    assert_eq!(counts, [":1", ":2", ":1", ":3", ":2", ":3", ":2"]);
}

#[test]
fn should_confirm_once_with_null_if_there_is_nothing_to_unsubscribe() {
    let mut engine = TestEngine::new();
    let (resp2, resp3) = (engine.connect(), engine.connect_resp3());
    engine.request(resp2, "PSUBSCRIBE a b\r\n");
    assert_eq!(
        engine.request(resp2, "UNSUBSCRIBE\r\n"),
        "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:2\r\n"
    );
    assert_eq!(
        engine.request(resp3, "SUNSUBSCRIBE\r\n"),
        ">3\r\n$12\r\nsunsubscribe\r\n_\r\n:0\r\n"
    );
}

#[test]
fn should_unsubscribe_from_everything_in_the_order_of_subscription() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "SUBSCRIBE c a d b\r\nUNSUBSCRIBE a\r\nSUBSCRIBE a\r\n");
    let replies = engine.request(client, "UNSUBSCRIBE\r\n");
    let names: Vec<_> = replies.lines().filter(|line| line.len() == 1).collect();
    assert_eq!(names, ["c", "d", "b", "a"]);
}

#[test]
fn should_remove_all_subscriptions_of_a_disconnected_client() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "SUBSCRIBE a b\r\nPSUBSCRIBE p\r\nSSUBSCRIBE s\r\n");
    engine.engine.state.disconnect(client);
    for kind in [Kind::Channel, Kind::Pattern, Kind::Shard] {
        assert_eq!(engine.engine.state.pubsub.len(kind), 0);
    }
    assert_eq!(engine.engine.state.clients.len(), 0);
}

#[test]
fn should_refuse_other_commands_to_a_resp2_subscriber_only() {
    let mut engine = TestEngine::new();
    let (resp2, resp3) = (engine.connect(), engine.connect_resp3());
    engine.request(resp2, "SUBSCRIBE a\r\n");
    engine.request(resp3, "SUBSCRIBE a\r\n");
    assert_eq!(
        engine.request(resp2, "ECHO x\r\n"),
        "-ERR Can't execute 'echo': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET \
         are allowed in this context\r\n",
    );
    assert_eq!(engine.request(resp3, "ECHO x\r\n"), "$1\r\nx\r\n");
}

#[test]
fn should_answer_a_subscribers_ping_with_two_elements_in_resp2() {
    let mut engine = TestEngine::new();
    let (resp2, resp3) = (engine.connect(), engine.connect_resp3());
    engine.request(resp2, "SSUBSCRIBE a\r\n");
    engine.request(resp3, "SUBSCRIBE a\r\n");
    assert_eq!(engine.request(resp2, "PING\r\n"), "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
    assert_eq!(engine.request(resp2, "PING hi\r\n"), "*2\r\n$4\r\npong\r\n$2\r\nhi\r\n");
    assert_eq!(engine.request(resp3, "PING\r\n"), "+PONG\r\n");
}

#[test]
fn should_report_invalid_commands_of_a_subscriber_as_invalid() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "SUBSCRIBE a\r\n");
    assert_eq!(
        engine.request(client, "GET\r\n"),
        "-ERR wrong number of arguments for 'get' command\r\n",
    );
    assert_eq!(
        engine.request(client, "FOO\r\n"),
        "-ERR unknown command 'FOO', with args beginning with: \r\n",
    );
}

#[test]
fn should_keep_subscriptions_on_hello_and_drop_them_silently_on_reset() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    engine.request(client, "SUBSCRIBE a\r\nHELLO 2\r\n");
    assert!(engine.request(client, "HELLO 3\r\n").starts_with("-ERR Can't execute 'hello'"));
    assert_eq!(engine.request(client, "RESET\r\n"), "+RESET\r\n");
    assert_eq!(engine.engine.state.pubsub.len(Kind::Channel), 0);
}

#[test]
fn should_confirm_subscriptions_with_replies_off() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_eq!(
        engine.request(client, "CLIENT REPLY OFF\r\nPING\r\nSUBSCRIBE c\r\nPING\r\n"),
        "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
    );
}
