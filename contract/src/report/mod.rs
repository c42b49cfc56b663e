//! What a run tells: one stream of [`Event`]s, and one file for each way of telling it.
//!
//! Every [`Reporter`] is a fold over the same events. Only the [`Terminal`] prints; the others
//! write their file as the run goes, so that a crash loses nothing. To add a format: a file with a
//! reporter, and a row in [`FORMATS`].

mod event;
mod exploration;
mod format;
mod json;
mod junit;
mod markdown;
mod tally;
mod terminal;
mod violation;
mod voice;

pub use event::{Case, Event, Outcome, Run};
pub use exploration::{Exploration, Explored};
pub use format::{FORMATS, Format, Target, TargetError};
pub use tally::{Tally, Verdict};
pub use terminal::Terminal;
pub use violation::{Paint, Picture};
pub use voice::{announce, complain, public};

use std::io;

/// Somebody who is told of a run.
pub trait Reporter {
    /// Is told what happened next.
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()>;
}
