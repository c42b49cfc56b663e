//! The rim: one thread with sockets around the pure core.
//!
//! Reading order: [`handle`] (what a test holds) and [`control`] (what it does with it), [`builder`] (how it is made), [`thread`] (where the
//! server lives), [`accept`] and [`connection`] (sockets to the world and back), [`flush`] (output,
//! once a round), [`waiting`] (who waits for subscribers), [`rim`] (what all of these share).

mod accept;
mod builder;
mod clock;
mod connection;
mod control;
mod error;
mod flush;
mod handle;
mod listener;
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
