//! What was said: every request and every frame of every connection, in one text format.
//!
//! A [`Conversation`] is a list of turns. In a turn the clients speak, then the server answers; the
//! answer has a default, taken from the reference, and may differ by server.

#[cfg(test)]
pub(crate) mod arbitrary;
mod fits;
mod merge;
mod model;
mod name;
mod parse;
mod print;
mod query;
mod shape;
#[cfg(test)]
mod tests;

pub use merge::{RecordError, record};
pub use model::{Answer, Conversation, Expect, Hear, Heard, Said, Say, Turn, Variant};
pub use name::{Name, Place, ServerName};
pub use parse::{LoadError, ParseError};
pub use shape::{Mask, Piece, Shape, Text};
