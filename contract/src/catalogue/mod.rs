//! The facts about commands: what every server that can be imitated tells of its commands, in one
//! text file that is taken from real servers.
//!
//! The head of the file says how to read it. [`Catalogue::parse`] reads it, [`Catalogue`] prints it,
//! and
//! [`Server::from_replies`] reads what a server tells of its commands.

mod keys;
mod model;
mod parse;
mod print;
mod replies;
#[cfg(test)]
mod tests;

pub use keys::{Begin, Find, KeySpec};
pub use model::{Catalogue, CommandName, Fact, Facts, Section, Server};
pub use parse::CatalogueError;
pub use replies::{REQUESTS, ReplyError};

/// The file of the catalogue in the repository.
pub const CATALOGUE: &str = "backends/embedded/src/catalogue/commands.txt";
