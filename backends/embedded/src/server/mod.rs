//! The rim: one thread with sockets around the pure core.
//!
//! Reading order: [`handle`] (what a test holds) and [`control`] (what it does with it), with
//! [`errands`] and [`answer`] (how both reach the thread); [`builder`] and [`listener`] (how a server
//! is made), [`thread`] and [`rim`] (where it lives, round after round), [`accept`] and
//! [`connection`] (sockets to the world, by way of one [`read_buffer`]), [`flush`] (and back, once a
//! round), [`waiting`] (who waits for subscribers).

mod accept;
mod answer;
mod builder;
mod clock;
mod connection;
mod control;
mod errands;
mod error;
mod flush;
mod handle;
mod listener;
mod read_buffer;
mod rim;
mod socket;
mod thread;
mod url;
mod view;
mod waiting;

pub use builder::Builder;
pub use error::{StartError, WaitError};
pub use handle::EmbeddedRedis;
pub use view::ConnectionInfo;
