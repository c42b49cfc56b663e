//! The cases, one file for each subject. Each case uses servers through real clients, and no case
//! opens a socket.
//!
//! The other files check the collection itself: `wire` the list of facts in `docs/wire.md`,
//! `servers` that every server has answered every conversation, `globs` that the matrix of patterns
//! is complete. `wrong_servers` tests that faults are reported, and `suspension` runs cases in a
//! process that is suspended again and again.

mod delivery;
mod errors;
mod globs;
mod lifecycle;
mod own_server;
mod patterns;
mod promises;
mod publish;
mod servers;
mod subscribers;
mod suspension;
mod wire;
mod wrong_servers;
