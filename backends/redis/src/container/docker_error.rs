//! Translates Docker's errors into errors that say what to do.

use std::env;

use testcontainers_modules::testcontainers::{
    TestcontainersError,
    bollard::errors::Error as DockerError,
    core::{client::ClientError, error::WaitContainerError, logs::WaitLogError},
};

use super::Image;
use crate::Error;

/// For a request that the engine rejected, or that did not reach it.
pub(super) fn from_engine(error: DockerError, action: &'static str, container: String) -> Error {
    match error {
        DockerError::DockerResponseServerError { message, .. } => {
            Error::Docker { action, container, reason: message }
        }
        other => no_engine(&other),
    }
}

/// For a client that cannot be set up.
pub(super) fn from_client(error: ClientError) -> Error {
    no_engine(&error)
}

/// For a container that did not start.
pub(super) fn from_start(error: TestcontainersError, image: &Image) -> Error {
    let server = image.to_string();
    match error {
        TestcontainersError::Client(ClientError::PullImage { err, .. }) => {
            image_unavailable(&err, server)
        }
        TestcontainersError::Client(ClientError::CreateContainer(err)) => match err {
            // 400: the image's name is invalid.
            DockerError::DockerResponseServerError { status_code: 400 | 404, .. } => {
                image_unavailable(&err, server)
            }
            other => from_engine(other, "create", server),
        },
        TestcontainersError::Client(ClientError::StartContainer(err)) => {
            from_engine(err, "start", server)
        }
        TestcontainersError::WaitContainer(WaitContainerError::WaitLog(
            WaitLogError::EndOfStream(lines),
        )) => {
            let text = lines.concat();
            let log = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
            Error::ExitedAtStart { server, status: "its output ended".to_owned(), log }
        }
        other => Error::Docker { action: "start", container: server, reason: other.to_string() },
    }
}

fn image_unavailable(error: &DockerError, image: String) -> Error {
    let reason = match error {
        DockerError::DockerResponseServerError { message, .. } => message.clone(),
        DockerError::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    };
    Error::ImageUnavailable { image, reason }
}

fn no_engine(error: &dyn std::error::Error) -> Error {
    let host = env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    // The outer errors only say "client error"; the innermost has the reason.
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Error::NoDockerEngine { host, reason: innermost.to_string() }
}
