//! A Redis-compatible Pub/Sub server inside the test process.
//!
//! It starts in microseconds, needs no Docker, speaks RESP2 and RESP3 over TCP and Unix sockets, and
//! answers as the version of Redis or Valkey does that its [`Profile`] names, byte for byte.
//!
//! The modules are floors: each imports from the floors below it only. From the ground up:
//!
//! 1. `wire` turns bytes into requests and replies into bytes; `glob` matches patterns; `time` is
//!    what the server calls a point in time;
//! 2. `catalogue` holds the facts about commands, and no handlers;
//! 3. `profile` is what varies between servers;
//! 4. `state` is everything one server knows: clients, subscriptions, keys, users, its cluster;
//! 5. `commands` has one file a family: from the words of a request to its effect and its reply;
//! 6. `dispatch` takes a request from its arrival to its reply: admitted, queued, held or run;
//! 7. `server` is the event loop and the handle: the only floor with sockets, threads and a clock.

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
pub use server::{Builder, ConnectionInfo, EmbeddedRedis, StartError, WaitError};
pub use state::cluster::{Cluster, ClusterNode};
