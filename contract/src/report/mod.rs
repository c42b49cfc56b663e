//! What a run tells: one stream of [`Event`]s, and one file for each way of telling it.
//!
//! Every [`Reporter`] is a fold over the same events. Only the [`Terminal`] prints; the others
//! write their file as the run goes, so that a crash loses nothing. To add a format: a file with a
//! reporter, and a row in [`FORMATS`].

mod case;
mod event;
#[cfg(feature = "command")]
mod exploration;
mod format;
mod json;
mod junit;
mod markdown;
mod style;
mod tally;
#[cfg(feature = "command")]
mod terminal;
mod violation;
#[cfg(feature = "command")]
mod voice;

pub use case::{Case, Outcome};
pub use event::{Event, Run};
#[cfg(feature = "command")]
pub use exploration::{Exploration, Explored};
pub use format::{FORMATS, Format, Target, TargetError};
pub use tally::{Tally, Verdict};
#[cfg(feature = "command")]
pub use terminal::Terminal;
pub use violation::{Paint, Picture};
#[cfg(feature = "command")]
pub use voice::{announce, complain};

use std::io;

/// Somebody who is told of a run.
pub trait Reporter {
    /// Is told what happened next.
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()>;
}
