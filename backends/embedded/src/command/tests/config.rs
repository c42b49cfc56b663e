use super::{assert_answers, assert_resp2_answers};
use crate::world::stage::Stage;

#[test]
fn what_is_set_is_shown_and_takes_effect() {
    assert_resp2_answers(
        "
        CONFIG GET timeout          *2|$7|timeout|$1|0|
        CONFIG SET timeout 5 maxclients 1  +OK|
        CONFIG GET MAXCLIENTS time*  *4|$10|MAXCLIENTS|$1|1|$7|timeout|$1|5|
        ",
    );
    let mut stage = Stage::new();
    let client = stage.enter();
    stage.ask(client, "CONFIG SET requirepass secret proto-max-bulk-len 1mb\r\n");
    assert_answers(&mut stage, client, "PING  +PONG|");
    let stranger = stage.enter();
    assert_answers(&mut stage, stranger, "PING  -NOAUTH Authentication required.|");
    let heard = stage.ask(client, "*1\r\n$1048577\r\n");
    assert_eq!(heard, "-ERR Protocol error: invalid bulk length\r\n");
}

#[test]
fn get_answers_a_map() {
    let mut stage = Stage::new();
    let client = stage.enter_resp3();
    let heard = stage.ask(client, "CONFIG GET save databases\r\n");
    assert_eq!(heard.replace("\r\n", "|"), "%2|$4|save|$0||$9|databases|$2|16|");
}

#[test]
fn refuses_in_redis_words() {
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
fn resetstat_lets_the_counters_begin_again() {
    let mut stage = Stage::new();
    let client = stage.enter();
    stage.ask(client, "PING\r\nFOO\r\n");
    assert_answers(&mut stage, client, "CONFIG RESETSTAT  +OK|");
    assert_eq!(stage.world.stats.errors_replied, 0);
}
