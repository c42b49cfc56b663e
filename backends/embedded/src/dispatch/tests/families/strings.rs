use super::*;

#[test]
fn set_follows_its_options() {
    assert_resp2_answers(
        "
        SET k v                     +OK|
        SET k w NX                  $-1|
        SET k w XX GET              $1|v|
        GET k                       $1|w|
        SET other v XX              $-1|
        SET other v xx get          $-1|
        EXISTS other                :0|
        SET k v EX 100              +OK|
        TTL k                       :100|
        SET k v KEEPTTL             +OK|
        TTL k                       :100|
        SET k v                     +OK|
        TTL k                       :-1|
        SET k v EX 1 EX 200         +OK|
        TTL k                       :200|
        SET k v NX GET              $1|v|
        SET k v PXAT 9223372036854775807  +OK|
        SET k v EXAT 1              +OK|
        GET k                       $-1|
        ",
    );
}

#[test]
fn set_errors_are_those_of_redis() {
    assert_resp2_answers(
        "
        SET k                       -ERR wrong number of arguments for 'set' command|
        SET k v EX                  -ERR syntax error|
        SET k v FOO                 -ERR syntax error|
        SET k v NX XX               -ERR syntax error|
        SET k v EX 10 PX 10         -ERR syntax error|
        SET k v EX 10 KEEPTTL       -ERR syntax error|
        SET k v KEEPTTL EX 10       -ERR syntax error|
        SET k v EX abc              -ERR value is not an integer or out of range|
        SET k v PX 1.5              -ERR value is not an integer or out of range|
        SET k v EX 0                -ERR invalid expire time in 'set' command|
        SET k v EXAT -1             -ERR invalid expire time in 'set' command|
        SET k v EX 9223372036854775  -ERR invalid expire time in 'set' command|
        ",
    );
}

#[test]
fn set_compares_where_the_server_knows_how() {
    assert_answers_of(
        Profile::REDIS_8_10,
        "
        SET k v IFEQ x              $-1|
        SET k v IFNE x              +OK|
        SET k w IFEQ v GET          $1|v|
        SET k w IFDEQ zz            -ERR must be exactly 16 hexadecimal characters|
        SET k w IFDEQ zz GET        $1|w|-ERR must be exactly 16 hexadecimal characters|
        SET k hello                 +OK|
        DIGEST k                    $16|9555e8555c62dcfd|
        SET k x IFDEQ 9555E8555C62DCFD  +OK|
        SET k x IFEQ x IFEQ y       $-1|
        SET k x IFEQ x IFNE y       -ERR syntax error|
        SET k x IFEQ x XX           -ERR syntax error|
        SET k x NX IFEQ x           -ERR syntax error|
        ",
    );
    assert_answers_of(Profile::REDIS_8_6, "SET k v IFNE x XX  $-1|");
    assert_answers_of(
        Profile::VALKEY_8_1,
        "SET k v IFEQ x  $-1|\n SET k v IFNE x  -ERR syntax error|",
    );
    assert_answers_of(Profile::REDIS_8_2, "SET k v IFEQ x  -ERR syntax error|");
}

#[test]
fn delex_looks_for_the_key_first() {
    assert_answers_of(
        Profile::REDIS_8_6,
        "
        DELEX k FOO x               :0|
        DELEX k IFEQ                -ERR wrong number of arguments for 'delex' command|
        SET k v                     +OK|
        DELEX k FOO x               -ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE|
        DELEX k IFDNE zz            -ERR must be exactly 16 hexadecimal characters|
        DELEX k IFEQ x              :0|
        DELEX k IFNE x              :1|
        DELEX k                     :0|
        ",
    );
    assert_answers_of(Profile::VALKEY_9_1, "SET k v  +OK|\n DELIFEQ k w  :0|\n DELIFEQ k v  :1|");
}

#[test]
fn msetex_sets_all_keys_or_none() {
    assert_answers_of(
        Profile::REDIS_8_10,
        "
        MSETEX 2 a 1 b 2 EX 100     :1|
        TTL b                       :100|
        MSETEX 2 a 3 c 4 NX         :0|
        EXISTS c                    :0|
        MSETEX 2 a 3 c 4 KEEPTTL    :1|
        TTL a                       :100|
        TTL c                       :-1|
        MSETEX 2 a 1                -ERR wrong number of key-value pairs|
        MSETEX 0 a 1                -ERR invalid numkeys value|
        MSETEX 1 a 1 GET            -ERR syntax error|
        MSETEX 1 a 1 EX 0           -ERR invalid expire time in 'msetex' command|
        ",
    );
    assert_answers_of(Profile::VALKEY_9_1, "MSETEX 2 a 1  -ERR syntax error|");
}

#[test]
fn increx_stays_within_its_bounds() {
    assert_answers_of(
        Profile::REDIS_8_10,
        "
        INCREX n                    *2|:1|:1|
        INCREX n BYINT 5 UBOUND 3   *2|:1|:0|
        INCREX n BYINT 5 UBOUND 3 SATURATE  *2|:3|:2|
        INCREX n BYFLOAT 0.5        *2|$3|3.5|$3|0.5|
        INCREX n                    -ERR value is not an integer or out of range|
        INCREX n LBOUND 2 UBOUND 1  -ERR LBOUND can't be greater than UBOUND|
        INCREX n ENX                -ERR ENX flag requires an expiration|
        INCREX m EX 100 ENX         *2|:1|:1|
        INCREX m EX 200 ENX         *2|:2|:1|
        TTL m                       :100|
        INCREX m PERSIST            *2|:3|:1|
        TTL m                       :-1|
        INCREX m EXAT 1             *2|:4|:1|
        EXISTS m                    :0|
        ",
    );
}

#[test]
fn a_set_in_the_past_breaks_a_watch_only_if_the_key_is_there() {
    for (before, executed) in [("PING", true), ("SET k v", false)] {
        let mut engine = TestEngine::with_profile(Profile::REDIS_8_10);
        let (watcher, other) = (engine.connect(), engine.connect());
        engine.request(other, format!("{before}\r\n"));
        engine.request(watcher, "WATCH k\r\nMULTI\r\n");
        engine.request(other, "SET k w EXAT 1\r\n");
        assert_eq!(engine.request(watcher, "EXEC\r\n") == "*0\r\n", executed, "{before}");
    }
}
