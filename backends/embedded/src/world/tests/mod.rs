//! What the pure core promises, without a socket.

mod endings;
mod input;
mod publishing;
mod subscribing;
mod transactions;
