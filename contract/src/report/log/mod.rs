//! The log of cases that tests play, in many processes: each appends to a file of its own in the
//! folder that `TWINCAST_CASES` names. One report is made of all of them afterwards.

mod entry;
#[cfg(feature = "command")]
mod read;
#[cfg(all(test, feature = "command"))]
mod tests;
mod violation;
mod write;

pub(crate) use entry::{LoggedCase, LoggedOutcome};
#[cfg(feature = "command")]
pub use read::{LogError, LoggedRun, read_log};
pub(crate) use violation::LoggedViolation;
pub(crate) use write::{folder, write};
