//! The event loop and the handle: the only layer with sockets, threads and a clock.
//!
//! Reading order: [`handle`] (the type that a test holds), [`control`] (its methods that act on a
//! running server) and [`data`] (commands without a socket, which return a [`value`]), which reach
//! the server's thread through [`jobs`]; [`builder`] and [`listener`] (how a server is made), and
//! [`process_id`] (which process may use it); [`thread`] and [`event_loop`] (how it runs, round by
//! round); [`sockets`] with [`accept`], [`connection`] and [`receive`] (input, from sockets to the
//! engine, through one [`read_buffer`]); [`flush`] (output, once a round); [`waiters`] (tests that
//! wait for subscribers); [`clock`] and [`advance`] (time).

mod accept;
mod advance;
mod builder;
mod clock;
mod connection;
mod connection_info;
mod control;
mod data;
mod error;
mod event_loop;
mod flush;
mod handle;
mod jobs;
mod listener;
mod process_id;
mod read_buffer;
mod receive;
mod socket;
mod sockets;
mod thread;
mod url;
mod value;
mod waiters;

pub use builder::Builder;
pub use clock::Clock;
pub use connection_info::ConnectionInfo;
pub use error::{ExecuteError, StartError, UnknownCommand, WaitError};
pub use handle::EmbeddedRedis;
pub use value::Value;
