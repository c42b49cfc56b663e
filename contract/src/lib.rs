//! Checks servers that speak Redis Pub/Sub against recordings of real ones, and reports each
//! difference as a violation.
//!
//! Read the modules in this order:
//!
//! 1. [`wire`] turns bytes into frames, and [`conversation`] is the text format in which all
//!    requests and frames are recorded;
//! 2. [`tap`] records real clients, [`replay`] plays a conversation without them, and [`compare`]
//!    finds the differences between the result and a recording;
//! 3. [`backend`] starts the servers that are tested, and [`scene`] gives a scenario its clients;
//! 4. [`ledger`] lists the differences that are deliberate, [`report`] prints a run, and
//!    [`differences`] shows all known differences between servers; [`lanes`] draws a conversation
//!    in the terminal and in a [`page`];
//! 5. [`explore`] generates conversations until the answers of two servers differ;
//! 6. [`mod@bench`] measures how fast servers are, side by side;
//! 7. [`matrix`] runs a case on every server, with [`every_server`] and the other attributes;
//! 8. [`catalogue`] holds the facts about commands, taken from real servers.

pub mod backend;
#[cfg(feature = "command")]
pub mod bench;
pub mod catalogue;
pub mod compare;
pub mod conversation;
pub mod differences;
#[cfg(feature = "command")]
pub mod explore;
#[cfg(feature = "command")]
pub mod lanes;
pub mod ledger;
pub mod matrix;
#[cfg(feature = "command")]
pub mod page;
pub mod replay;
pub mod report;
pub mod scene;
mod shorten;
mod socket;
pub mod tap;
pub mod wire;

pub use scene::{Scene, Verdict};
pub use twincast_macros::{every_async_client, every_client, every_server, every_shared_server};
