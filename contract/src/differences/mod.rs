//! A page in Markdown: where the embedded server differs from each server that it imitates, and
//! where each of these differs from the default reference.
//!
//! The first half comes from the ledger, and the second from the variants of all conversations. The
//! whole page is generated, so it stays up to date.

mod lines;
mod page;
#[cfg(test)]
mod tests;
mod variants;

pub use page::page;
pub use variants::NamedConversation;
