//! The cases, one file for each subject. Each case uses servers through real clients, and no case
//! opens a socket.
//!
//! The other files check the collection itself: `wire` the list of facts in `docs/wire.md`,
//! `servers` that every server has answered every conversation, `globs` that the matrix of patterns
//! is complete, `quotes` that the pages quote the example application as it is. `wrong_servers` tests
//! that faults are reported, `wrong_code` how cases fail, `case_log` what a run remembers of them,
//! and `suspension` runs cases in a process that is suspended again and again.

mod case_log;
mod delivery;
mod disturbances;
mod errors;
mod globs;
mod lifecycle;
mod own_code;
mod own_server;
mod patterns;
mod promises;
mod publish;
mod quotes;
mod servers;
mod subscribers;
mod suspension;
mod wire;
mod wrong_code;
mod wrong_servers;
