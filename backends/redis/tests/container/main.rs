//! Servers in containers, on a real Docker engine: control, failures and cleanup.
//!
//! `TWINCAST_REDIS_IMAGE` names the image.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(
    clippy::print_stdout,
    reason = "a run reports its containers to the test that started it"
)]

mod control;
mod faults;
mod lifetime;
mod run;
