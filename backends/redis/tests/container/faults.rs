//! Failures on the way to a container: the error must say what to do.

use std::process::Stdio;

use twincast_redis::{Container, Error};

use crate::run::role;

/// The output of a run that fails to get its container, with this environment variable.
fn failure(name: &str, value: &str) -> String {
    let output = role("pass").env(name, value).stdin(Stdio::null()).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn should_say_that_docker_is_absent() {
    let text = failure("DOCKER_HOST", "unix:///nowhere/docker.sock");
    assert!(text.contains("NoDockerEngine {"), "{text}");
    assert!(text.contains("unix:///nowhere/docker.sock"), "{text}");
}

#[test]
fn should_say_that_docker_does_not_answer() {
    let text = failure("DOCKER_HOST", "tcp://127.0.0.1:1");
    assert!(text.contains("NoDockerEngine {"), "{text}");
    assert!(text.contains("tcp://127.0.0.1:1"), "{text}");
}

#[test]
fn should_say_that_the_owner_is_not_running() {
    let text = failure("TWINCAST_OWNER", "4294967295");
    assert!(text.contains("OwnerNotRunning"), "{text}");
}

#[test]
fn should_say_how_to_get_an_image_that_cannot_be_pulled() {
    for image in ["twincast/no-such-server:0", "Not An Image"] {
        let error = Container::builder().image(image.parse().unwrap()).start().unwrap_err();
        assert!(matches!(error, Error::ImageUnavailable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("just images") && text.contains("TWINCAST_REDIS_IMAGE"), "{text}");
    }
}

#[test]
fn should_show_the_log_of_a_server_that_exits_at_start() {
    let error = Container::builder().option("maxclients", "many").start().unwrap_err();
    let Error::ExitedAtStart { log, .. } = &error else { panic!("{error:?}") };
    assert!(log.iter().any(|line| line.contains("maxclients")), "{log:?}");
}
