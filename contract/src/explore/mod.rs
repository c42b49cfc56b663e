//! Random conversations, played on two servers at once until their answers differ.
//!
//! A conversation is made from a [`Seed`] and its number only: [`generate()`] draws commands from
//! the `vocabulary`, which is a table, and names from few `words`, so that channels, patterns and
//! keys collide. A `client_model` makes useful steps more likely, and `comparable` leaves out steps
//! whose answers vary on the same server. An [`Explorer`] plays the conversation on the reference
//! and on the server that is judged, and compares the answers by the same rules as recordings. If
//! they differ, [`shrink()`] removes everything that the difference does not need. The rest is a
//! [`Finding`]: a conversation with the reference's answers, ready to become a case.

mod arrays;
mod client_model;
mod collections;
mod comparable;
mod explorer;
mod finding;
mod generator;
mod row;
mod scripts;
mod seed;
mod server;
mod shrink;
#[cfg(test)]
mod tests;
mod values;
mod vocabulary;
mod words;

pub use explorer::{Explorer, Trial};
pub use finding::{Finding, Mismatch, Signature, file_name};
pub use generator::generate;
pub use seed::Seed;
pub use server::{ExploreError, Server};
pub use shrink::shrink;
