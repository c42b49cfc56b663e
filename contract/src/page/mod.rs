//! Pages to look at: each is one file that loads nothing, works without a script, and follows the
//! reader's choice of dark or light.
//!
//! [`Document`] is the frame of every page, [`conversation()`] draws one conversation. Reports and
//! the differences have their pages where they have their data.

mod conversation;
mod document;

pub use conversation::conversation;
pub use document::{Document, again, tally};
