//! What a tap can do to a stream on purpose, to see whether the contract notices.
//!
//! Most injuries make a wrong server out of a good one: they change frames on their way to the
//! client. Those of the [transport](Injury::is_harmless) hurt bytes, and two of them must not
//! change any verdict at all.
//!
//! To add one: a variant, a row in [`CATALOGUE`], a `Wound` in the file of its family.

mod catalogue;
mod messages;
mod order;
mod patient;
mod replies;
mod ward;

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

pub use catalogue::{CATALOGUE, Entry};
pub(super) use patient::Patient;
pub(super) use ward::{Ears, Overheard, Ward, Witness};

use super::record::Direction;
use crate::wire::Frame;

/// One thing that goes wrong on one connection. Messages, confirmations and frames are counted
/// from 1, on that connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Injury {
    /// Every so many messages, one is lost.
    DropEvery(usize),
    /// This message comes twice.
    Duplicate(usize),
    /// This message and the next one change places.
    Swap(usize),
    /// In the first message whose payload reaches this far, the lowest bit of that byte is flipped.
    Flip {
        /// The byte, from 0.
        byte: usize,
    },
    /// After each confirmation that a subscription ended, the last message comes once more.
    Late,
    /// This confirmation is lost.
    Swallow(usize),
    /// This confirmation comes after the message that follows it.
    ConfirmLate(usize),
    /// PUBLISH answers this much more than it should.
    Miscount(i64),
    /// The pattern `*` matches the empty channel too.
    Uninvited,
    /// The `pmessage` of a publication comes before its `message`.
    PatternFirst,
    /// The answer to the next PING overtakes this message.
    PongOvertakes(usize),
    /// Pushes arrive as arrays.
    PushAsArray,
    /// The server closes after so many frames.
    CloseAfter(usize),
    /// The connection is cut after so many bytes, be it in the middle of a frame.
    Cut(Direction, usize),
    /// After so many bytes nothing goes through any more, and nobody is told.
    Stall(Direction, usize),
    /// Bytes come in small pieces, with a pause after each.
    Slow(Direction, Pace),
    /// Every byte comes alone.
    Split(Direction),
}

/// How slow [`Injury::Slow`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes in a piece.
    pub piece: usize,
    /// After each piece.
    pub pause: Duration,
}

impl Injury {
    /// Its row in the [`CATALOGUE`].
    pub fn entry(self) -> &'static Entry {
        catalogue::entry(self)
    }

    /// Whether a correct verdict does not depend on it.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::Slow(..) | Self::Split(_))
    }

    /// What becomes of the bytes of one direction, if anything does.
    pub(super) fn transport(injuries: &[Self], of: Direction) -> Option<Transport> {
        injuries.iter().find_map(|injury| match *injury {
            Self::Cut(direction, after) if direction == of => Some(Transport::Cut { after }),
            Self::Stall(direction, after) if direction == of => Some(Transport::Stall { after }),
            Self::Slow(direction, Pace { piece, pause }) if direction == of => {
                Some(Transport::Slow { piece, pause })
            }
            Self::Split(direction) if direction == of => Some(Transport::Split),
            _ => None,
        })
    }

    /// What becomes of the frames on their way to the client, if anything does.
    fn wound(self) -> Option<Box<dyn Wound>> {
        Some(match self {
            Self::DropEvery(nth) => Box::new(messages::DropEvery::new(nth)),
            Self::Duplicate(nth) => Box::new(messages::Duplicate::new(nth)),
            Self::Swap(nth) => Box::new(messages::Swap::new(nth)),
            Self::Flip { byte } => Box::new(messages::Flip::new(byte)),
            Self::Late => Box::new(messages::Late::default()),
            Self::Uninvited => Box::new(messages::Uninvited::default()),
            Self::Swallow(nth) => Box::new(replies::Swallow::new(nth)),
            Self::Miscount(by) => Box::new(replies::Miscount::new(by)),
            Self::PushAsArray => Box::new(replies::PushAsArray),
            Self::CloseAfter(frames) => Box::new(replies::CloseAfter::new(frames)),
            Self::ConfirmLate(nth) => Box::new(order::ConfirmLate::new(nth)),
            Self::PatternFirst => Box::new(order::PatternFirst::default()),
            Self::PongOvertakes(nth) => Box::new(order::PongOvertakes::new(nth)),
            Self::Cut(..) | Self::Stall(..) | Self::Slow(..) | Self::Split(_) => return None,
        })
    }
}

impl fmt::Display for Injury {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().name)
    }
}

/// What becomes of the bytes of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Cut { after: usize },
    Stall { after: usize },
    Slow { piece: usize, pause: Duration },
    Split,
}

/// What becomes of the frames of one connection.
trait Wound {
    /// A frame on its way to the client; what is put into `out` goes on in its stead. A break
    /// closes the connection behind it.
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()>;

    /// A request, of this connection or another, on its way to the server.
    fn overhear(&mut self, _request: &Overheard, _out: &mut Vec<Frame>) {}

    /// The server is done; what was held back can only come now.
    fn end(&mut self, _out: &mut Vec<Frame>) {}
}

/// Counts up to the one that is meant.
struct Nth {
    meant: usize,
    seen: usize,
}

impl Nth {
    fn new(meant: usize) -> Self {
        Self { meant, seen: 0 }
    }

    /// Counts one more. Is it the one?
    fn is_reached(&mut self) -> bool {
        self.seen += 1;
        self.seen == self.meant
    }
}

const ON: ControlFlow<()> = ControlFlow::Continue(());
