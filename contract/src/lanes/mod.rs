//! A conversation as lanes: one column for each connection, and time downwards.
//!
//! [`Lanes::of`] lays out a conversation, and [`Lanes::mark`] adds what a run found in it. The same
//! lanes are drawn in the terminal ([`Lanes::text`]) and in pages ([`Lanes::markup`]).

mod build;
mod mark;
mod markup;
mod model;
#[cfg(test)]
mod tests;
mod text;

pub use model::{Direction, LaneStep, LaneTurn, LaneVariant, Lanes, Part};
pub use text::Canvas;
