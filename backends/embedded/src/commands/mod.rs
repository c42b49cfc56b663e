//! Commands: from the words of a request to its effect on the state, and its reply.
//!
//! One file a family. Each ends with the table of its family, which attaches handlers to names; all
//! else about a command is in the catalogue.

pub(crate) mod acl;
pub(crate) mod client;
pub(crate) mod cluster;
pub(crate) mod config;
pub(crate) mod connection;
mod context;
pub(crate) mod errors;
pub(crate) mod info;
pub(crate) mod introspection;
pub(crate) mod keyspace;
pub(crate) mod pubsub;

pub(crate) use context::{Context, Family, Handler, Handlers};

use crate::wire::ErrorReply;

/// What a handler returns. An error becomes the reply.
pub(crate) type Outcome = Result<(), ErrorReply>;
