use super::{assert_answers, assert_resp2_answers};
use crate::dispatch::tests::harness::TestEngine;

#[test]
fn new_values_are_shown_and_take_effect() {
    assert_resp2_answers(
        "
        CONFIG GET timeout          *2|$7|timeout|$1|0|
        CONFIG SET timeout 5 maxclients 1  +OK|
        CONFIG GET MAXCLIENTS time*  *4|$10|MAXCLIENTS|$1|1|$7|timeout|$1|5|
        ",
    );
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "CONFIG SET requirepass secret proto-max-bulk-len 1mb\r\n");
    assert_answers(&mut engine, client, "PING  +PONG|");
    let newcomer = engine.connect();
    assert_answers(&mut engine, newcomer, "PING  -NOAUTH Authentication required.|");
    let reply = engine.request(client, "*1\r\n$1048577\r\n");
    assert_eq!(reply, "-ERR Protocol error: invalid bulk length\r\n");
}

#[test]
fn get_replies_with_a_map() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    let reply = engine.request(client, "CONFIG GET save databases\r\n");
    assert_eq!(reply.replace("\r\n", "|"), "%2|$4|save|$0||$9|databases|$2|16|");
}

#[test]
fn errors_are_those_of_redis() {
    assert_resp2_answers(
        "
        CONFIG SET maxclients       -ERR wrong number of arguments for 'config|set' command|
        CONFIG SET maxclients 5 x   -ERR syntax error|
        CONFIG SET nosuch 1         -ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'|
        CONFIG GET nosuch           *0|
        CONFIG FOO                  -ERR unknown subcommand 'FOO'. Try CONFIG HELP.|
        CONFIG REWRITE              -ERR The server is running without a config file|
        ",
    );
}

#[test]
fn resetstat_resets_the_counters() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "PING\r\nFOO\r\n");
    assert_answers(&mut engine, client, "CONFIG RESETSTAT  +OK|");
    assert_eq!(engine.engine.state.stats.errors_replied, 0);
}
