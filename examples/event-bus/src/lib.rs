//! Workflows that tell everybody what happens to them, over Redis Pub/Sub.
//!
//! - [`Workflows`] starts and finishes workflows: it keeps their state in Redis, and publishes each
//!   change. Its connection is a `ConnectionManager`.
//! - [`States`] answers what state a workflow is in. Its connections are a pool.
//! - [`Dashboard`] follows all workflows by a pattern. It connects again when its connection is lost.

mod change;
mod dashboard;
mod states;
mod workflows;

pub use change::{Change, State};
pub use dashboard::{Dashboard, Seen};
pub use states::States;
pub use workflows::Workflows;

/// The errors of this application.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("workflow {0} was started before")]
    Started(String),
    #[error("workflow {0} was never started")]
    NotStarted(String),
    #[error("{0:?} is no state of a workflow")]
    UnknownState(String),
    #[error("{0:?} is no channel of a workflow")]
    UnknownChannel(String),
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    #[error("no connection is free: {0}")]
    Pool(#[from] bb8::RunError<redis::RedisError>),
}
