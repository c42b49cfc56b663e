//! Command handlers: each changes the state as its request demands, and writes the reply.
//!
//! Each file has one family of commands. It starts with `FAMILY`, the table from command names to
//! handlers. All other facts about a command are in the catalogue. Reading order: [`context`] (what
//! every handler is given), [`values`] (typed access to keys), [`waiting`]
//! (commands that block), [`several_keys`], [`errors`], then any family.

pub(crate) mod acl;
pub(crate) mod arrays;
pub(crate) mod bits;
pub(crate) mod client;
pub(crate) mod cluster;
pub(crate) mod command_log;
pub(crate) mod config;
pub(crate) mod connection;
mod context;
pub(crate) mod debug;
pub(crate) mod errors;
mod expiry;
mod float;
pub(crate) mod geo;
pub(crate) mod hashes;
pub(crate) mod hyperloglog;
pub(crate) mod info;
pub(crate) mod introspection;
pub(crate) mod keys;
pub(crate) mod latency;
pub(crate) mod lists;
pub(crate) mod module;
pub(crate) mod pubsub;
mod random;
mod ranges;
pub(crate) mod replication;
pub(crate) mod sets;
mod several_keys;
pub(crate) mod sort;
pub(crate) mod sorted_sets;
pub(crate) mod streams;
pub(crate) mod strings;
mod values;
mod waiting;

pub(crate) use context::{
    Alone, Attempt, Context, Family, Handler, Handlers, Outside, Receive, Standing,
};

use crate::wire::ErrorReply;

/// The result of a handler. An error becomes the reply.
pub(crate) type Outcome = Result<(), ErrorReply>;
