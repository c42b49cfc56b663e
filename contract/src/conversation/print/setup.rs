use std::fmt;

use super::string::{quoted, word};
use crate::conversation::setup::{Node, Setting};

/// The line, without `with`.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Parameter { name, value } => match word(value.as_bytes()) {
                Some(bare) => write!(f, "{name} {bare}"),
                None => write!(f, "{name} {}", quoted(value.as_bytes())),
            },
            Setting::Slots { range, node } => {
                write!(f, "slots {}", range.start())?;
                if range.start() != range.end() {
                    write!(f, "-{}", range.end())?;
                }
                match node {
                    Node::Here => f.write_str(" here"),
                    Node::At(address) => write!(f, " at {address}"),
                }
            }
        }
    }
}
