//! The embedded server in the place of each server that it imitates: what that one said in the
//! conversations of this repository, it says.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod support;

use std::path::Path;

use rstest::rstest;
use support::program::{stderr, stdout, twincast};

#[rstest]
#[case::redis_6_2("embedded:redis-6.2")]
#[case::redis_7_0("embedded:redis-7.0")]
#[case::redis_7_2("embedded:redis-7.2")]
#[case::redis_8_0("embedded:redis-8.0")]
#[case::valkey_8_0("embedded:valkey-8.0")]
#[case::valkey_8_1("embedded:valkey-8.1")]
#[case::valkey_9_1("embedded:valkey-9.1")]
fn should_answer_as(#[case] server: &str) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = twincast(repository, &["verify", "--against", server, "tests/conversations"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stdout(&output).contains(" held, 0 broken, 0 failed, 0 ignored"),
        "{}",
        stdout(&output)
    );
}
