//! Command handlers: each changes the state as its request demands, and writes the reply.
//!
//! Each file has one family of commands. It starts with `FAMILY`, the table from command names to
//! handlers. All other facts about a command are in the catalogue. Reading order: [`context`] (what
//! every handler is given), [`errors`], then any family.

pub(crate) mod acl;
pub(crate) mod client;
pub(crate) mod cluster;
pub(crate) mod config;
pub(crate) mod connection;
mod context;
pub(crate) mod errors;
mod expiry;
pub(crate) mod info;
pub(crate) mod introspection;
pub(crate) mod keyspace;
pub(crate) mod pubsub;
pub(crate) mod strings;

pub(crate) use context::{Context, Family, Handler, Handlers};

use crate::wire::ErrorReply;

/// The result of a handler. An error becomes the reply.
pub(crate) type Outcome = Result<(), ErrorReply>;
