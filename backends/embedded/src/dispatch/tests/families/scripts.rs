use super::assert_resp2_answers;

/// The limit holds after a command of the script too.
#[test]
fn a_script_that_takes_all_memory_ends_with_an_error() {
    assert_resp2_answers(
        r#"
        EVAL "redis.call('PING') local s = 'x' while true do s = s .. s end" 0    -ERR not enough memory|
        PING                        +PONG|
        "#,
    );
}
