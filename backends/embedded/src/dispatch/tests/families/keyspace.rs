use std::time::Duration;

use super::{assert_answers, assert_resp2_answers};
use crate::dispatch::tests::harness::TestEngine;

#[test]
fn expire_follows_its_conditions() {
    assert_resp2_answers(
        "
        SET k v                     +OK|
        EXPIRE k 10 XX              :0|
        EXPIRE k 10 GT              :0|
        EXPIRE k 10 NX              :1|
        EXPIRE k 10 NX              :0|
        EXPIRE k 5 GT               :0|
        EXPIRE k 20 GT              :1|
        EXPIRE k 30 LT              :0|
        EXPIRE k 5 XX LT            :1|
        PEXPIRE k 1400              :1|
        PTTL k                      :1400|
        TTL k                       :1|
        PERSIST k                   :1|
        PERSIST k                   :0|
        EXPIRE k 10 LT              :1|
        EXPIRE k -1                 :1|
        EXISTS k k                  :0|
        EXPIRE k 10                 :0|
        TTL k                       :-2|
        ",
    );
}

#[test]
fn expire_errors_are_those_of_redis() {
    assert_resp2_answers(
        "
        EXPIRE k 10 NX XX           -ERR NX and XX, GT or LT options at the same time are not compatible|
        EXPIRE k 10 nx gt           -ERR NX and XX, GT or LT options at the same time are not compatible|
        EXPIRE k 10 GT LT           -ERR GT and LT options at the same time are not compatible|
        EXPIRE k abc FOO            -ERR Unsupported option FOO|
        EXPIRE k abc                -ERR value is not an integer or out of range|
        EXPIRE k 9223372036854775   -ERR invalid expire time in 'expire' command|
        EXPIRE k -9223372036854775808  -ERR invalid expire time in 'expire' command|
        PEXPIRE k 9223372036854775807  -ERR invalid expire time in 'pexpire' command|
        ",
    );
}

#[test]
fn keys_are_counted_listed_and_removed() {
    assert_resp2_answers(
        "
        SET a 1                     +OK|
        SET b 2                     +OK|
        EXISTS a b a nosuch         :3|
        TYPE a                      +string|
        TYPE nosuch                 +none|
        KEYS [a]                    *1|$1|a|
        DBSIZE                      :2|
        SELECT 1                    +OK|
        DBSIZE                      :0|
        SELECT 0                    +OK|
        DEL a a nosuch              :1|
        UNLINK b                    :1|
        KEYS *                      *0|
        ",
    );
}

#[test]
fn flushing_removes_one_database_or_all() {
    assert_resp2_answers(
        "
        SET a 1                     +OK|
        SELECT 1                    +OK|
        SET b 2                     +OK|
        FLUSHDB async               +OK|
        DBSIZE                      :0|
        SELECT 0                    +OK|
        DBSIZE                      :1|
        FLUSHALL FOO                -ERR syntax error|
        FLUSHALL ASYNC SYNC         -ERR syntax error|
        FLUSHALL SYNC               +OK|
        DBSIZE                      :0|
        ",
    );
}

#[test]
fn a_key_expires_after_its_ttl() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_answers(&mut engine, client, "SET k v PX 1000  +OK|");
    engine.advance(Duration::from_millis(999));
    assert_answers(&mut engine, client, "PTTL k  :1|");
    engine.advance(Duration::from_millis(1));
    assert_answers(&mut engine, client, "DBSIZE  :0|");
}

#[test]
fn changing_a_watched_key_breaks_the_transaction() {
    for change in ["SET k v", "DEL k", "EXPIRE k 10", "PERSIST k", "FLUSHALL", "FLUSHDB"] {
        let mut engine = TestEngine::new();
        let (watcher, other) = (engine.connect(), engine.connect());
        engine.request(other, "SET k v EX 5\r\n");
        engine.request(watcher, "WATCH k\r\nMULTI\r\nPING\r\n");
        engine.request(other, format!("{change}\r\n"));
        assert_eq!(engine.request(watcher, "EXEC\r\n"), "*-1\r\n", "{change}");
    }
}
