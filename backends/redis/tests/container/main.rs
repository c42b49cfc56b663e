//! Servers in containers, with a real Docker engine: what they do, what goes wrong, what is left.
//!
//! The image is the one that `TWINCAST_REDIS_IMAGE` names.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(
    clippy::print_stdout,
    reason = "a run reports its containers to the test that started it"
)]

mod control;
mod faults;
mod lifetime;
mod run;
