//! A Redis-compatible Pub/Sub server inside the test process.
//!
//! It starts in microseconds, needs no Docker, and speaks RESP2 and RESP3 over TCP and Unix
//! sockets. Its replies are, byte for byte, those of the version of Redis or Valkey that its
//! [`Profile`] names.
//!
//! The modules are layers, and each imports from the layers below it only. From the bottom up:
//!
//! 1. `wire` turns bytes into requests and replies into bytes; `glob` matches patterns; `time` has
//!    the type of a point in time;
//! 2. `catalogue` holds the facts about commands, and no handlers;
//! 3. `profile` holds the differences between servers;
//! 4. `state` is everything that one server knows: clients, subscriptions, keys, users, its
//!    cluster;
//! 5. `commands` has one file per family: each handler reads the arguments, changes the state, and
//!    writes the reply;
//! 6. `dispatch` takes each request from its arrival to its reply: it rejects, queues, delays or
//!    runs the command;
//! 7. `server` is the event loop and the handle, the only layer with sockets, threads and a clock.

mod catalogue;
mod commands;
mod dispatch;
mod glob;
mod profile;
mod server;
mod state;
mod time;
mod wire;

pub use catalogue::COMMANDS;
pub use profile::{Profile, UnknownProfile};
pub use server::{Builder, ConnectionInfo, EmbeddedRedis, StartError, UnknownCommand, WaitError};
pub use state::cluster::{Cluster, ClusterNode};
