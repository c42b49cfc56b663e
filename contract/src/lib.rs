//! What must hold on every server that speaks Redis Pub/Sub, and who broke it.
//!
//! Read the modules in this order:
//!
//! 1. [`wire`] turns bytes into frames, and [`conversation`] is the one format in which everything
//!    that was said is kept;
//! 2. [`tap`] records real clients, [`replay`] plays a conversation without any, and [`compare`] finds
//!    the differences between the result and a recording;
//! 3. [`backend`] starts the servers that are tested, and [`scene`] gives a scenario its clients;
//! 4. [`ledger`] knows which differences are deliberate, [`report`] reports a run, and [`differences`]
//!    all differences between servers;
//! 5. [`explore`] generates conversations until the answers of two servers differ;
//! 6. [`mod@bench`] measures how fast servers are, side by side;
//! 7. [`catalogue`] is the facts about commands, taken from real servers.

pub mod backend;
#[cfg(feature = "command")]
pub mod bench;
pub mod catalogue;
pub mod compare;
pub mod conversation;
pub mod differences;
#[cfg(feature = "command")]
pub mod explore;
pub mod ledger;
pub mod replay;
pub mod report;
pub mod scene;
mod socket;
pub mod tap;
pub mod wire;
