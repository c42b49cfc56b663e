//! A page for people: where the embedded server differs from each server that it imitates, and
//! where each of these differs from the default reference.
//!
//! The first half is the ledger, the second the variants of all conversations: nothing on the page
//! is written by hand, so nothing on it can grow old.

mod lines;
mod page;
#[cfg(test)]
mod tests;
mod variants;

pub use page::page;
pub use variants::NamedConversation;
