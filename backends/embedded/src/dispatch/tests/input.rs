use crate::dispatch::tests::harness::TestEngine;
use crate::state::client::CloseMode;
use crate::state::config::Config;

#[test]
fn should_parse_requests_that_arrive_in_pieces() {
    let conversation = "*2\r\n$4\r\nECHO\r\n$3\r\nabc\r\nPING\r\n*1\r\n$4\r\nPING\r\n";
    for size in 1..conversation.len() {
        let mut engine = TestEngine::new();
        let client = engine.connect();
        for piece in conversation.as_bytes().chunks(size) {
            engine.send(client, piece);
        }
        assert_eq!(engine.received(client), "$3\r\nabc\r\n+PONG\r\n+PONG\r\n", "pieces of {size}");
    }
}

#[test]
fn should_deliver_messages_before_a_protocol_error() {
    let mut engine = TestEngine::new();
    let (client, publisher) = (engine.connect(), engine.connect());
    engine.request(client, "SUBSCRIBE c\r\n");
    engine.request(publisher, "PUBLISH c m\r\n");
    assert_eq!(
        engine.request(client, "*1\r\n!\r\nPING\r\n"),
        "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n-ERR Protocol error: expected '$', got '!'\r\n",
    );
    assert_eq!(engine.close_mode(client), Some(CloseMode::AfterOutput));
}

#[test]
fn should_close_http_clients_without_a_reply() {
    for request in ["POST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\n", "post x\r\n"] {
        let mut engine = TestEngine::new();
        let client = engine.connect();
        assert_eq!(engine.request(client, request), "");
        assert_eq!(engine.close_mode(client), Some(CloseMode::Now));
    }
}

#[test]
fn should_read_nothing_after_quit() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_eq!(engine.request(client, "QUIT a b\r\nPING\r\n"), "+OK\r\n");
    assert_eq!(engine.request(client, "PING\r\n"), "");
}

#[test]
fn should_require_a_login_before_other_commands() {
    let mut engine = TestEngine::with(Config { password: Some("pw".into()), ..Config::default() });
    let client = engine.connect();
    assert_eq!(engine.request(client, "PING\r\n"), "-NOAUTH Authentication required.\r\n");
    assert!(engine.request(client, "NOSUCH\r\n").starts_with("-ERR unknown command"));
    assert_eq!(
        engine.request(client, "AUTH no\r\n"),
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
    );
    assert_eq!(engine.request(client, "AUTH pw\r\nPING\r\n"), "+OK\r\n+PONG\r\n");
    assert_eq!(
        engine.request(client, "RESET\r\nPING\r\n"),
        "+RESET\r\n-NOAUTH Authentication required.\r\n"
    );
}

#[test]
fn should_limit_the_size_of_an_incomplete_request() {
    let mut engine = TestEngine::with(Config { query_buffer: 1000, ..Config::default() });
    let client = engine.connect();
    engine.send(client, "*2\r\n$4\r\nECHO\r\n$5000\r\n");
    assert_eq!(engine.close_mode(client), None);
    engine.send(client, "x".repeat(1000));
    assert_eq!(engine.close_mode(client), None);
    engine.send(client, "x");
    assert_eq!(engine.close_mode(client), Some(CloseMode::Now));
}
