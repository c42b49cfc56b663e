//! What was said: every request and every frame of every connection, in one text format.
//!
//! A conversation is a list of turns. In a turn the clients speak, then the servers answer; the
//! answer has a default, taken from the reference, and may differ by server.

mod model;
mod shape;

pub use shape::{Mask, Piece, Shape, Text};
pub use model::{
    Answer, Conversation, Expect, Hear, Heard, Name, Place, Said, Say, ServerName, Turn, Variant,
};
