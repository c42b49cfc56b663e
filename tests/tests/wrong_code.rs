//! What an application developer reads when a case fails: the place in the test, the conversation
//! around it, and what the reference said.
//!
//! - a fault of the server is a violation in the case, even if the code under test sees nothing wrong
//! - an error of the code under test, with the place of its `?`
//! - a failed assertion of the case, with the conversation before it
//! - a case without a recording, with the command that records it

use std::process::Command;

use futures_util::StreamExt;
use redis::{AsyncTypedCommands, Client};
use twincast::{
    Scene, Verdict, call_site,
    compare::ViolationKind,
    every_server,
    matrix::Target,
    scene::{Failure, SceneError},
    tap::Fault,
};

/// The code under test reads one of three messages.
#[every_server]
async fn should_read_one_of_three(scene: Scene) -> Verdict {
    let mut app = Client::open(scene.url("app")?)?.get_multiplexed_async_connection().await?;
    let mut consumer = Client::open(scene.url("consumer")?)?.get_async_pubsub().await?;
    consumer.subscribe("orders").await?;
    for order in ["1", "2", "3"] {
        app.publish("orders", order).await?;
    }
    let first = consumer.on_message().next().await.ok_or("the stream ended")?;
    assert_eq!(first.get_payload::<String>()?, "1");
    scene.finish().await
}

#[test]
fn should_report_a_fault_that_the_code_does_not_see() {
    let site = call_site!("should_read_one_of_three", "embedded");
    let played = Target::EMBEDDED_OWN.run(&site, |scene| {
        scene.inject("consumer", Fault::DropEvery(2));
        should_read_one_of_three(scene)
    });
    let failure = played.expect_err("a message is lost");
    let kinds: Vec<_> = failure.violations().iter().map(|violation| violation.kind).collect();
    assert_eq!(kinds, [ViolationKind::Dropped]);
    expect_parts(
        &failure,
        &[
            "promise Should read one of three",
            "place   tests/recordings/wrong_code/should_read_one_of_three.twin:",
            "on connection consumer",
            "consumer< [\"message\" \"orders\" \"2\"]",
            "case    tests/tests/wrong_code.rs:",
            "cargo test --package twincast-tests wrong_code::should_read_one_of_three::embedded",
        ],
    );
}

#[test]
fn should_report_an_error_of_the_code_where_it_is_passed_on() {
    let mut line = 0;
    let played = Target::EMBEDDED_OWN.run(&call_site!("should_x", "embedded"), async |scene| {
        let mut app = Client::open(scene.url("app")?)?.get_multiplexed_async_connection().await?;
        app.set("order:1", "open").await?;
        line = line!() + 1;
        let _: u64 = "paid".parse()?;
        scene.finish().await
    });
    let failure = played.expect_err("paid is no number");
    expect_parts(
        &failure,
        &[
            &format!(
                "the case stopped at tests/tests/wrong_code.rs:{line}: invalid digit found in string"
            ),
            "the conversation up to here:",
            "│ app> SET order:1 open\n",
            "│ app< +OK\n",
        ],
    );
}

#[test]
fn should_name_the_command_that_records_a_case() {
    let played = Target::EMBEDDED_OWN.run(&call_site!("should_x", "embedded"), async |scene| {
        let mut app = Client::open(scene.url("app")?)?.get_multiplexed_async_connection().await?;
        app.set("order:1", "open").await?;
        scene.finish().await
    });
    let failure = played.expect_err("there is no recording");
    assert!(matches!(failure.cause(), Some(SceneError::Recording(_))), "{failure:?}");
    expect_parts(
        &failure,
        &[
            "tests/recordings/wrong_code/should_x.twin does not exist",
            "TWINCAST_RECORD=1 cargo test --package twincast-tests --features twincast/",
            " wrong_code::should_x::redis",
            "scene.unrecorded(",
        ],
    );
}

#[test]
#[ignore = "run by should_print_the_conversation_beside_an_assertion"]
fn assertion_that_fails() {
    let _ = Target::EMBEDDED_OWN.run(&call_site!("should_x", "embedded"), async |scene| {
        let mut app = Client::open(scene.url("app")?)?.get_multiplexed_async_connection().await?;
        app.set("order:1", "open").await?;
        assert_eq!(app.get("order:1").await?.as_deref(), Some("paid"));
        scene.finish().await
    });
}

#[test]
fn should_print_the_conversation_beside_an_assertion() {
    let mut cases = Command::new(std::env::current_exe().unwrap());
    let output = cases.args(["--ignored", "--exact", "wrong_code::assertion_that_fails"]).output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    for part in [
        "right: Some(\"paid\")",
        "the conversation up to here:",
        "│ app> GET order:1\n",
        "│ app< \"open\"",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[track_caller]
fn expect_parts(failure: &Failure, parts: &[&str]) {
    let text = format!("{failure:?}");
    for part in parts {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}
