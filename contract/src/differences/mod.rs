//! Where the embedded server differs from each server that it imitates, and where these differ from
//! each other.
//!
//! The first comes from the ledger, and the second from the variants of all conversations:
//!
//! 1. [`summary()`] counts the differences, on one page of Markdown;
//! 2. [`site()`] shows each of them: any two servers side by side, answer by answer, with the
//!    [`Fact`] that explains it.
//!
//! Both are generated, so they stay up to date.

mod facts;
#[cfg(feature = "command")]
mod site;
mod summary;
#[cfg(test)]
mod tests;
mod variants;

pub use facts::{Fact, facts};
#[cfg(feature = "command")]
pub use site::{PAGES, page_name, site};
pub use summary::summary;
pub use variants::NamedConversation;
