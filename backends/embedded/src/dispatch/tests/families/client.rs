use std::time::Duration;

use super::{assert_answers, assert_resp2_answers};
use crate::dispatch::tests::harness::TestEngine;
use crate::state::client::CloseMode;

const SPECIAL: &str = "cannot contain spaces, newlines or special characters.|";

#[test]
fn names_are_set_and_removed() {
    assert_resp2_answers(&format!(
        "
        CLIENT GETNAME              $-1|
        CLIENT SETNAME foo          +OK|
        CLIENT GETNAME              $3|foo|
        CLIENT SETNAME \"a b\"        -ERR Client names {SPECIAL}
        CLIENT SETNAME \"\"           +OK|
        CLIENT GETNAME              $-1|
        CLIENT SETINFO LIB-NAME x   +OK|
        CLIENT SETINFO lib-ver 1.0  +OK|
        CLIENT SETINFO foo x        -ERR Unrecognized option 'foo'|
        CLIENT SETINFO LIB-NAME \"a b\"  -ERR LIB-NAME {SPECIAL}
        "
    ));
}

#[test]
fn info_describes_the_client_in_one_line() {
    let mut engine = TestEngine::new();
    let client = engine.connect_resp3();
    engine.request(client, "CLIENT SETNAME foo\r\nSELECT 3\r\nSUBSCRIBE a b\r\nPSUBSCRIBE p\r\n");
    engine.request(client, "CLIENT NO-EVICT on\r\nCLIENT NO-TOUCH on\r\nWATCH k\r\n");
    engine.advance(Duration::from_secs(3));
    let line = engine.request(client, "CLIENT INFO\r\n");
    assert_eq!(
        line.split_once("txt:").unwrap().1,
        "id=1 addr=/engine:0 laddr=/engine:0 fd=3 name=foo age=3 idle=0 flags=PUeT db=3 sub=2 \
         psub=1 ssub=0 multi=-1 watch=1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 \
         obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=client|info user=default redir=-1 resp=3 \
         lib-name= lib-ver= io-thread=0\n\r\n"
    );
}

#[test]
fn list_selects_by_type_and_id() {
    let mut engine = TestEngine::new();
    let (client, subscriber) = (engine.connect(), engine.connect());
    engine.request(subscriber, "SUBSCRIBE a\r\n");
    let ids = |listed: String| {
        let ids = listed.split("id=").skip(1).map(|rest| rest.split(' ').next().unwrap().into());
        ids.collect::<Vec<String>>()
    };
    let mut list = |options| ids(engine.request(client, format!("CLIENT LIST{options}\r\n")));
    assert_eq!(list(""), ["1", "2"]);
    assert_eq!(list(" TYPE pubsub"), ["2"]);
    assert_eq!(list(" TYPE normal"), ["1"]);
    assert_eq!(list(" TYPE replica"), [""; 0]);
    assert_eq!(list(" ID 2 99 1 2"), ["2", "1", "2"]);
}

#[test]
fn list_errors_are_those_of_redis() {
    assert_resp2_answers(
        "
        CLIENT LIST FOO             -ERR syntax error|
        CLIENT LIST TYPE            -ERR syntax error|
        CLIENT LIST TYPE normal x   -ERR syntax error|
        CLIENT LIST TYPE foo        -ERR Unknown client type 'foo'|
        CLIENT LIST ID              -ERR syntax error|
        CLIENT LIST ID 1 a          -ERR Invalid client ID|
        CLIENT LIST ID -1           $0||
        ",
    );
}

#[test]
fn kill_closes_clients_that_meet_all_conditions() {
    let cases = [
        ("ID 2", ":1|"),
        ("ID 99 ID 2", ":1|"),
        ("ID 2 TYPE pubsub", ":0|"),
        ("ADDR /engine:0 TYPE normal", ":1|"),
        ("LADDR /engine:0", ":1|"),
        ("LADDR elsewhere", ":0|"),
        ("USER default", ":1|"),
        ("MAXAGE 1", ":0|"),
        ("SKIPME yes", ":1|"),
        ("/engine:0", "+OK|"),
    ];
    for (conditions, answer) in cases {
        let mut engine = TestEngine::new();
        let (client, victim) = (engine.connect(), engine.connect());
        assert_answers(&mut engine, client, &format!("CLIENT KILL {conditions}  {answer}"));
        let killed = engine.close_mode(victim) == Some(CloseMode::Now);
        assert_eq!(killed, answer != ":0|", "{conditions}");
    }
}

#[test]
fn kill_replies_before_it_closes_its_caller() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_eq!(engine.request(client, "CLIENT KILL SKIPME no\r\nPING\r\n"), ":1\r\n");
    assert_eq!(engine.close_mode(client), Some(CloseMode::AfterOutput));
}

#[test]
fn kill_errors_are_those_of_redis() {
    assert_resp2_answers(
        "
        CLIENT KILL                 -ERR wrong number of arguments for 'client|kill' command|
        CLIENT KILL foo             -ERR No such client|
        CLIENT KILL FOO bar         -ERR syntax error|
        CLIENT KILL ID 99 FOO       -ERR syntax error|
        CLIENT KILL ID 0            -ERR client-id should be greater than 0|
        CLIENT KILL ID a            -ERR client-id should be greater than 0|
        CLIENT KILL TYPE foo        -ERR Unknown client type 'foo'|
        CLIENT KILL USER foo        -ERR No such user 'foo'|
        CLIENT KILL SKIPME maybe    -ERR syntax error|
        CLIENT KILL MAXAGE a        -ERR maxage is not an integer or out of range|
        CLIENT KILL MAXAGE 0        -ERR maxage should be greater than 0|
        ",
    );
}

#[test]
fn reply_modes_suppress_replies() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let mut ask = |requests: &str| engine.request(client, requests).replace("\r\n", "|");
    assert_eq!(ask("CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY SKIP\r\nPING\r\nPING\r\n"), "");
    assert_eq!(ask("CLIENT REPLY ON\r\nPING\r\n"), "+OK|+PONG|");
    assert_eq!(ask("CLIENT REPLY SKIP\r\nECHO 1\r\nECHO 2\r\n"), "$1|2|");
    assert_eq!(ask("CLIENT REPLY foo\r\n"), "-ERR syntax error|");
}

#[test]
fn reply_skip_also_suppresses_the_reply_to_reset() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    let mut ask = |request: &str| engine.request(client, format!("{request}\r\n"));
    assert_eq!(ask("CLIENT REPLY SKIP"), "");
    assert_eq!(ask("RESET"), "");
    assert_eq!(ask("RESET"), "+RESET\r\n");
    assert_eq!(ask("CLIENT REPLY OFF"), "");
    assert_eq!(ask("RESET"), "+RESET\r\n");
}
