use bytes::Bytes;

use super::{assert_answers, assert_resp2_answers};
use crate::dispatch::tests::harness::TestEngine;
use crate::state::config::Config;

#[test]
fn unknown_commands_get_the_error_of_redis() {
    assert_resp2_answers(
        r#"
        FOO                         -ERR unknown command 'FOO', with args beginning with: |
        FOO bar baz                 -ERR unknown command 'FOO', with args beginning with: 'bar' 'baz' |
        FOO "a\r\nb\x00c"           -ERR unknown command 'FOO', with args beginning with: 'a  b' |
        CONFIG GET nothing          *0|
        "config|get" x              -ERR unknown command 'config|get', with args beginning with: 'x' |
        CLIENT FOO x                -ERR unknown subcommand 'FOO'. Try CLIENT HELP.|
        "#,
    );
}

#[test]
fn error_texts_shorten_long_names_and_arguments() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let x = |times: usize| "x".repeat(times);
    let prefix = "with args beginning with: ";
    let mut ask = |request: String| engine.request(client, format!("{request}\r\n"));
    assert_eq!(ask(x(200)), format!("-ERR unknown command '{}', {prefix}\r\n", x(128)));
    assert_eq!(
        ask(format!("FOO {} y", x(200))),
        format!("-ERR unknown command 'FOO', {prefix}'{}' \r\n", x(128))
    );
    assert_eq!(
        ask(format!("FOO {} yyy z", x(123))),
        format!("-ERR unknown command 'FOO', {prefix}'{}' 'yy' \r\n", x(123))
    );
    assert_eq!(
        ask(format!("CONFIG {}", x(200))),
        format!("-ERR unknown subcommand '{}'. Try CONFIG HELP.\r\n", x(128))
    );
}

#[test]
fn unimplemented_commands_get_an_error_with_the_remedy() {
    assert_resp2_answers(
        "
        REPLICAOF h 1               -ERR the embedded server does not implement 'replicaof'; use a real server for this test|
        REPLICAOF h                 -ERR wrong number of arguments for 'replicaof' command|
        CONFIG SET hz 20            -ERR CONFIG SET failed (possibly related to argument 'hz') - the embedded server knows no value but '10'|
        ",
    );
}

#[test]
fn other_errors_come_before_not_implemented() {
    assert_resp2_answers(
        "
        SUBSCRIBE a                 *3|$9|subscribe|$1|a|:1|
        REPLICAOF h                 -ERR wrong number of arguments for 'replicaof' command|
        REPLICAOF h 1               -ERR Can't execute 'replicaof': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context|
        ",
    );
    let mut engine = TestEngine::with(Config {
        password: Some(Bytes::from_static(b"sesame")),
        ..Config::default()
    });
    let client = engine.connect();
    assert_answers(&mut engine, client, "REPLICAOF h 1  -NOAUTH Authentication required.|");
}
