//! A Redis-compatible Pub/Sub server inside the test process.
//!
//! It starts in microseconds, needs no Docker, and speaks RESP2 and RESP3 over TCP and Unix
//! sockets. Its replies are, byte for byte, those of the version of Redis or Valkey that its
//! [`Profile`] names.
//!
//! The modules are layers, and each imports from the layers below it only. From the bottom up:
//!
//! 1. `wire` turns bytes into requests and replies into bytes; `glob` and `regex` match patterns;
//!    `time` has the type of a point in time;
//! 2. `catalogue` holds the facts about commands, and no handlers;
//! 3. `profile` holds the differences between servers;
//! 4. `scripts` is the interpreter of scripts, if the feature of this name is on;
//! 5. `state` is everything that one server knows: clients, subscriptions, keys, users, its
//!    cluster;
//! 6. `commands` has one file per family: each handler reads the arguments, changes the state, and
//!    writes the reply;
//! 7. `dispatch` takes each request from its arrival to its reply: it rejects, queues, delays or
//!    runs the command;
//! 8. `server` is the event loop and the handle, the only layer with sockets, threads and a clock.

#![cfg_attr(
    not(feature = "scripts"),
    allow(dead_code, unused_imports, reason = "only scripts use some of what lies below them")
)]

mod catalogue;
mod commands;
mod dispatch;
mod glob;
mod profile;
mod regex;
#[cfg(feature = "scripts")]
mod scripts;
mod server;
mod state;
mod time;
mod wire;

pub use catalogue::COMMANDS;
pub use profile::{Profile, UnknownProfile};
pub use server::{
    Builder, Clock, ConnectionInfo, EmbeddedRedis, ExecuteError, StartError, UnknownCommand, Value,
    WaitError,
};
pub use state::cluster::{Cluster, ClusterNode};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
