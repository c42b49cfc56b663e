//! Real Redis and Valkey servers for tests: in a container, as a process, or at a URL.
//!
//! A real server is the reference of the contract, so this crate adds nothing to it: it starts the
//! server, says where it is, breaks it on request, and leaves nothing behind, however the run ends.
//!
//! Reading order:
//!
//! 1. [`Process`]: a `redis-server` or `valkey-server` binary in a temporary directory of its own;
//! 2. [`Remote`]: a server that somebody else runs, used politely;
//! 3. `Container` (feature `container`): an image, shared by everything that one run starts;
//! 4. [`Error`]: why a server could not be had, and what to do about it.
//!
//! Nothing here needs a runtime or harms one: every call is made from sync code and async code
//! alike. A start blocks its thread until the server answers.
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
pub use remote::Remote;
