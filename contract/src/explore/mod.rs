//! Random conversations, played on two servers at once, until one says what the other does not.
//!
//! A conversation is made of nothing but a [`Seed`] and its number: [`script()`] draws commands from
//! the `vocabulary`, which is a table, and names from a small `lexicon`, so that channels, patterns
//! and keys collide. An [`Explorer`] plays it on the reference and on the server that is judged, and
//! compares what both said by the rules that recordings are compared by. Where they part, [`shrink()`]
//! takes away whatever the difference does not need, and the rest is a [`Find`]: a conversation with
//! the reference's answers, ready to become a case.

mod comparable;
mod explorer;
mod find;
mod lexicon;
mod mood;
mod script;
mod seed;
mod shrink;
mod side;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use explorer::{Explorer, Trial};
pub use find::{Departure, Find, Likeness};
pub use script::script;
pub use seed::Seed;
pub use shrink::shrink;
pub use side::{ExploreError, Side};
