//! The server's half of the protocol: bytes to requests, replies to bytes; no I/O.
//!
//! Reading order: [`request`] (the parser) with [`inline`] (requests without lengths), [`args`] (a
//! request as commands see it), [`rules`] (differences between servers), [`reply`] (the encoder),
//! [`error`] (error replies, which may quote the client), and [`float`] (numbers as text).

mod args;
mod error;
mod float;
mod inline;
mod integer;
mod reply;
mod request;
mod rules;

pub(crate) use args::{Args, Request, RequestBuffer};
pub(crate) use error::{ErrorReply, up_to_nul};
pub(crate) use float::{arranged, in_digits, shortest};
pub(crate) use inline::split_words;
pub(crate) use integer::{Decimal, parse_integer};
pub(crate) use reply::Reply;
pub(crate) use request::{Limits, Parsed, RequestParser};
pub(crate) use rules::InputRules;

/// The version of the protocol in which a connection gets its replies. Requests are the same in
/// both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Protocol {
    /// The version that every connection begins with.
    #[default]
    Resp2,
    /// The version that `HELLO 3` selects.
    Resp3,
}

impl Protocol {
    /// The number that `HELLO` accepts and shows.
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
