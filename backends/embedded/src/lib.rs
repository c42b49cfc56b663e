//! A Redis-compatible Pub/Sub server inside the test process.
//!
//! It starts in microseconds, needs no Docker, speaks RESP2 and RESP3 over TCP and Unix sockets, and
//! answers as the version of Redis or Valkey does that its [`Profile`] names, byte for byte.
//!
//! Reading order: `server` is the rim (the handle, the thread, the sockets); `world` is the
//! pure core behind it, one global order of commands on `client`s, each with a `session` and an
//! `outbox`; `hub` knows who listens to what, `access` who
//! may do what; `command` holds one file a family; `wire` turns bytes
//! into requests and replies into bytes; `profile` and `config` say what server this is.

mod access;
mod client;
mod cluster;
mod command;
mod config;
mod glob;
mod hub;
mod keyspace;
mod moment;
mod outbox;
mod profile;
mod server;
mod session;
mod wire;
mod world;

pub use cluster::{Cluster, ClusterNode};
pub use profile::{Profile, UnknownProfile};
pub use server::{Builder, ConnectionInfo, EmbeddedRedis, StartError, WaitError};

/// The facts about every command of the servers that can be imitated, as text; its head says how to
/// read it.
pub const COMMANDS: &str = include_str!("catalogue/commands.txt");
