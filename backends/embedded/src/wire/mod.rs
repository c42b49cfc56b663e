//! Bytes to requests, replies to bytes; no I/O.
//!
//! Read [`request`] for what clients may send and [`args`] for what commands see of it, [`rules`]
//! for where servers differ, then [`reply`] for what clients hear, with [`error`] for the one kind of
//! reply that repeats their own words.

mod args;
mod error;
mod inline;
mod integer;
mod reply;
mod request;
mod rules;

pub(crate) use args::{Args, Request};
pub(crate) use error::ErrorReply;
pub(crate) use inline::split_words;
pub(crate) use integer::{Decimal, parse_integer};
pub(crate) use reply::Reply;
pub(crate) use request::{Limits, Parsed, RequestParser};
pub(crate) use rules::InputRules;

/// What a connection's replies are encoded in; requests look alike in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Protocol {
    /// Every connection begins with it.
    #[default]
    Resp2,
    /// After `HELLO 3`.
    Resp3,
}

impl Protocol {
    /// The number that `HELLO` takes and shows.
    pub(crate) fn version(self) -> i64 {
        match self {
            Self::Resp2 => 2,
            Self::Resp3 => 3,
        }
    }

    /// The inverse of [`version`](Self::version).
    pub(crate) fn from_version(version: i64) -> Option<Self> {
        match version {
            2 => Some(Self::Resp2),
            3 => Some(Self::Resp3),
            _ => None,
        }
    }
}
