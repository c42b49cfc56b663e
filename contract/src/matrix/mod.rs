//! The matrix of servers and clients on which a case runs, in this project and in any other.
//!
//! An attribute makes one test for each row: [`every_server`](crate::every_server) and
//! [`every_client`](crate::every_client) are the usual ones. The rows of real servers are ignored
//! until they are asked for; then a server that cannot be had is an error.
//!
//! | asks for real servers | which server |
//! | --- | --- |
//! | `cargo test --features twincast/container` | a container of Redis |
//! | `cargo test --features twincast/redis` | the first `redis-server` on PATH |
//! | … with `TWINCAST_REDIS_SERVER=path` | this binary |
//! | … with `TWINCAST_REDIS_URL=redis://…` | the server at this URL |
//! | … with `TWINCAST_REDIS_OWN=1` | … which has no other users: cases may flush and configure it |
//! | … with `TWINCAST_REDIS_IMAGE=valkey/valkey:8.1` | a container of this image |
//!
//! The embedded server imitates the version that `TWINCAST_PROFILE` names, else the real server of
//! the run, else the one that the recording was taken from.
//!
//! With `TWINCAST_CASES=DIR`, every process logs its cases there; `twincast cases DIR` makes one
//! report of them.
//!
//! Reading order: [`CallSite`] (what a case knows of itself), [`Target`] (a row), then where real
//! servers come from: `reference`, `own_servers` and `reserved`.

mod call_site;
mod own_servers;
mod profile;
mod reference;
mod reserved;
mod reset;
mod target;

pub use call_site::CallSite;
pub use target::Target;
