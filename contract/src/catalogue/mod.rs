//! The facts about commands, as every server with a profile reports them: one text file, taken from
//! real servers.
//!
//! The head of the file explains its format. [`Catalogue::parse`] reads the file, `Display` prints
//! it, and [`Server::from_replies`] reads the facts that a server reports.

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
