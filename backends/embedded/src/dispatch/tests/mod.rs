//! Tests of the engine without sockets.

mod closing;
mod events;
mod eviction;
mod families;
pub(crate) mod harness;
mod input;
mod monitoring;
mod pausing;
mod publishing;
mod sessions;
mod subscribing;
mod tracking;
mod transactions;
