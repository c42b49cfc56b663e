//! Fault injection: errors that a tap makes on purpose, to test that the contract reports them.
//!
//! Most faults change frames on their way to the client, so that a correct server looks like a
//! broken one. The others change how bytes are transported; two of them are
//! [harmless](Fault::is_harmless) and must not change any verdict.
//!
//! To add a fault, add a variant to [`Fault`], a row to [`FAULTS`], and a `FrameFault` to the file
//! of its family: `messages`, `replies` or `order`. `injector` applies the faults to a connection.

mod broadcast;
mod catalogue;
mod failing;
mod injector;
mod messages;
mod order;
mod replies;

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

pub(super) use broadcast::{ObservedRequest, RequestBroadcast, RequestObserver, RequestReceiver};
pub use catalogue::{FAULTS, FaultInfo};
pub use failing::PlannedFailure;
pub(super) use failing::{FailingRequests, Failures, UNKNOWN_REQUEST};
pub(super) use injector::FaultInjector;

use super::record::Direction;
use crate::wire::Frame;

/// A fault of one connection. Messages, confirmations and frames are counted from 1, on that
/// connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Every nth message is lost.
    DropEvery(usize),
    /// This message is delivered twice.
    Duplicate(usize),
    /// This message and the next one change places.
    Swap(usize),
    /// The lowest bit of this byte is flipped, in the first message whose payload is long enough.
    FlipBit {
        /// The index of the byte, from 0.
        byte: usize,
    },
    /// The last message is delivered again after each confirmation that a subscription ended.
    MessageAfterUnsubscribe,
    /// This confirmation is lost.
    DropConfirmation(usize),
    /// This confirmation arrives after the message that should follow it.
    DelayConfirmation(usize),
    /// PUBLISH returns a count that is too high by this number.
    WrongCount(i64),
    /// The pattern `*` matches the empty channel too.
    UnexpectedMessage,
    /// The `pmessage` of a publication arrives before its `message`.
    PatternBeforeChannel,
    /// The answer to the next PING overtakes this message.
    PongOvertakes(usize),
    /// Pushes arrive as arrays.
    PushAsArray,
    /// The server closes the connection after so many frames.
    CloseAfter(usize),
    /// The connection is cut after so many bytes, even in the middle of a frame.
    Cut(Direction, usize),
    /// After so many bytes, no more are forwarded, but the connection stays open.
    Stall(Direction, usize),
    /// Bytes arrive in small chunks, with a pause after each.
    Slow(Direction, Throttle),
    /// Every byte arrives alone.
    Split(Direction),
}

/// How slow [`Fault::Slow`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// The number of bytes in a chunk.
    pub chunk: usize,
    /// The pause after each chunk.
    pub pause: Duration,
}

impl Fault {
    /// Its row in [`FAULTS`].
    pub fn info(self) -> &'static FaultInfo {
        catalogue::info(self)
    }

    /// Whether the fault must not change a verdict.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::Slow(..) | Self::Split(_))
    }

    /// The fault that changes how bytes of one direction are transported, if there is one.
    pub(super) fn byte_fault(faults: &[Self], of: Direction) -> Option<ByteFault> {
        faults.iter().find_map(|fault| match *fault {
            Self::Cut(direction, after) if direction == of => Some(ByteFault::Cut { after }),
            Self::Stall(direction, after) if direction == of => Some(ByteFault::Stall { after }),
            Self::Slow(direction, Throttle { chunk, pause }) if direction == of => {
                Some(ByteFault::Slow { chunk, pause })
            }
            Self::Split(direction) if direction == of => Some(ByteFault::Split),
            _ => None,
        })
    }

    /// The fault's implementation, if it changes frames.
    fn frame_fault(self) -> Option<Box<dyn FrameFault>> {
        Some(match self {
            Self::DropEvery(nth) => Box::new(messages::DropEvery::new(nth)),
            Self::Duplicate(nth) => Box::new(messages::Duplicate::new(nth)),
            Self::Swap(nth) => Box::new(messages::Swap::new(nth)),
            Self::FlipBit { byte } => Box::new(messages::FlipBit::new(byte)),
            Self::MessageAfterUnsubscribe => Box::new(messages::MessageAfterUnsubscribe::default()),
            Self::UnexpectedMessage => Box::new(messages::UnexpectedMessage::default()),
            Self::DropConfirmation(nth) => Box::new(replies::DropConfirmation::new(nth)),
            Self::WrongCount(by) => Box::new(replies::WrongCount::new(by)),
            Self::PushAsArray => Box::new(replies::PushAsArray),
            Self::CloseAfter(frames) => Box::new(replies::CloseAfter::new(frames)),
            Self::DelayConfirmation(nth) => Box::new(order::DelayConfirmation::new(nth)),
            Self::PatternBeforeChannel => Box::new(order::PatternBeforeChannel::default()),
            Self::PongOvertakes(nth) => Box::new(order::PongOvertakes::new(nth)),
            Self::Cut(..) | Self::Stall(..) | Self::Slow(..) | Self::Split(_) => return None,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

/// A fault in the transport of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteFault {
    Cut { after: usize },
    Stall { after: usize },
    Slow { chunk: usize, pause: Duration },
    Split,
}

/// A fault that changes the frames that a client receives.
trait FrameFault {
    /// Called for each frame from the server. The client receives the frames in `out` instead. A
    /// break closes the connection after them.
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()>;

    /// Called for each request on any connection, before the server receives it.
    fn on_request(&mut self, _request: &ObservedRequest, _out: &mut Vec<Frame>) {}

    /// Called at the end of the stream, for frames that were held back.
    fn on_end(&mut self, _out: &mut Vec<Frame>) {}
}

/// Counts up to a target.
struct Nth {
    target: usize,
    seen: usize,
}

impl Nth {
    fn new(target: usize) -> Self {
        Self { target, seen: 0 }
    }

    /// Counts one more, and returns whether it is the target.
    fn is_reached(&mut self) -> bool {
        self.seen += 1;
        self.seen == self.target
    }
}

const CONTINUE: ControlFlow<()> = ControlFlow::Continue(());
