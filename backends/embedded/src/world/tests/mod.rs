//! What the pure core promises, without a socket.

mod endings;
mod events;
mod input;
mod monitoring;
mod pausing;
mod publishing;
mod subscribing;
mod tracking;
mod transactions;
