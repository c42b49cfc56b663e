//! What must hold on every server that speaks Redis Pub/Sub, and who broke it.
//!
//! Read the modules in this order: [`wire`] turns bytes into frames, [`conversation`] is the one
//! format in which everything that was said is kept, [`compare`] finds where two conversations
//! part.

pub mod compare;
pub mod conversation;
mod socket;
pub mod tap;
pub mod wire;
