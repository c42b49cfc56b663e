//! From what Docker says to what a person can do about it.

use std::env;

use testcontainers_modules::testcontainers::{
    TestcontainersError,
    bollard::errors::Error as Refusal,
    core::{client::ClientError, error::WaitContainerError, logs::WaitLogError},
};

use super::Image;
use crate::Error;

/// The engine refused one thing, or cannot be talked to at all.
pub(super) fn engine(refusal: Refusal, action: &'static str, container: String) -> Error {
    match refusal {
        Refusal::DockerResponseServerError { message, .. } => {
            Error::Engine { action, container, reason: message }
        }
        other => absent(&other),
    }
}

/// There is no engine, or no way to it.
pub(super) fn client(error: ClientError) -> Error {
    absent(&error)
}

/// A container did not come up.
pub(super) fn start(error: TestcontainersError, image: &Image) -> Error {
    let server = image.to_string();
    match error {
        TestcontainersError::Client(ClientError::PullImage { err, .. }) => missing(&err, server),
        TestcontainersError::Client(ClientError::CreateContainer(err)) => match err {
            // 400: the name of the image is no name.
            Refusal::DockerResponseServerError { status_code: 400 | 404, .. } => {
                missing(&err, server)
            }
            other => engine(other, "create", server),
        },
        TestcontainersError::Client(ClientError::StartContainer(err)) => {
            engine(err, "start", server)
        }
        TestcontainersError::WaitContainer(WaitContainerError::WaitLog(
            WaitLogError::EndOfStream(lines),
        )) => {
            let text = lines.concat();
            let log = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
            Error::ExitedAtStart { server, status: "its output ended".to_owned(), log }
        }
        other => Error::Engine { action: "start", container: server, reason: other.to_string() },
    }
}

fn missing(refusal: &Refusal, image: String) -> Error {
    let reason = match refusal {
        Refusal::DockerResponseServerError { message, .. } => message.clone(),
        Refusal::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    };
    Error::Image { image, reason }
}

fn absent(error: &dyn std::error::Error) -> Error {
    let host = env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    // The outer errors say "client error" only; the innermost says what happened.
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Error::Docker { host, reason: innermost.to_string() }
}
