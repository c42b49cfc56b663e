//! Real Redis and Valkey servers for tests: in a container, as a process, or at a URL.
//!
//! A real server is the reference of the contract, so this crate adds nothing to it. It starts the
//! server, gives its address, stops or pauses it on request, and removes everything afterwards,
//! even if the run is killed.
//!
//! Reading order:
//!
//! 1. [`Process`]: a `redis-server` or `valkey-server` binary in a temporary directory of its own;
//! 2. [`Remote`]: a running server at a URL, whose settings and data are left alone;
//! 3. `Container` (feature `container`): a container, shared by all processes of one test run;
//! 4. [`Error`]: why a server is not available, and what to do about it.
//!
//! Every call blocks, and works in sync and in async code. Starting a server blocks the thread
//! until the server answers.
//!
//! ```no_run
//! let server = twincast_redis::Process::start()?;
//! println!("{} and {}", server.url(), server.unix_url());
//! # Ok::<(), twincast_redis::Error>(())
//! ```

#[cfg(feature = "container")]
pub mod container;
mod env;
mod error;
mod prefix;
mod probe;
pub mod process;
mod reaper;
pub mod remote;

#[cfg(feature = "container")]
pub use container::Container;
pub use error::Error;
pub use prefix::unique_prefix;
pub use process::Process;
pub use remote::{Remote, RemoteAddr};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
