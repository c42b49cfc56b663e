//! Reports of a run: one stream of [`Event`]s, and one file for each format.
//!
//! Every [`Reporter`] is a fold over the same events. Only the [`Terminal`] prints, and
//! [`print_recorded`] for a person who records. The others write their file while the run goes on,
//! so that it is complete even if the run is cut off: it then names the cases that were not judged.
//! To add a format, add a file with a reporter and a row in [`FORMATS`].
//!
//! Cases that tests play, in many processes, are logged first (`log`), and reported as one run
//! afterwards.

mod case;
mod counted;
mod event;
#[cfg(feature = "command")]
mod exploration;
mod file;
mod format;
#[cfg(feature = "command")]
mod html;
mod json;
mod junit;
mod log;
mod markdown;
#[cfg(feature = "command")]
mod print;
mod recorded;
mod style;
mod summary;
#[cfg(feature = "command")]
mod terminal;
mod violation;

pub use case::{Case, Outcome};
pub use counted::counted;
pub use event::{Event, Run};
#[cfg(feature = "command")]
pub use exploration::{ExplorationCounts, ExplorationReporter};
pub use format::{FORMATS, Format, Target, TargetError};
#[cfg(feature = "command")]
pub use log::{LogError, LoggedRun, read_log};
pub(crate) use log::{
    LoggedCase, LoggedOutcome, LoggedViolation, folder as log_folder, write as log,
};
#[cfg(feature = "command")]
pub use print::{columns, print_error, print_line, print_text};
pub use recorded::print_recorded;
pub use summary::{Summary, Verdict};
#[cfg(feature = "command")]
pub use terminal::Terminal;
pub use violation::{ColourMode, ViolationDisplay};

use std::io;

/// Reports a run in one format.
pub trait Reporter {
    /// Reports what happened next.
    fn report(&mut self, event: &Event<'_>) -> io::Result<()>;
}
