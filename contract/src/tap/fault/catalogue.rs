use std::time::Duration;

use super::{Fault, Throttle};
use crate::tap::record::Direction;

/// A fault with its name and description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultInfo {
    /// Its name.
    pub name: &'static str,
    /// Its effect, in one line.
    pub about: &'static str,
    /// An example of it.
    pub example: Fault,
}

const fn row(name: &'static str, about: &'static str, example: Fault) -> FaultInfo {
    FaultInfo { name, about, example }
}

/// Every kind of fault.
pub const FAULTS: &[FaultInfo] = &[
    row("drop", "every nth message is lost", Fault::DropEvery(100)),
    row("duplicate", "the nth message is delivered twice", Fault::Duplicate(1)),
    row("swap", "the nth message and the next change places", Fault::Swap(1)),
    row("flip bit", "a bit of a large payload is wrong", Fault::FlipBit { byte: 64 * 1024 }),
    row(
        "message after unsubscribe",
        "a message follows the end of its subscription",
        Fault::MessageAfterUnsubscribe,
    ),
    row("drop confirmation", "the nth confirmation is lost", Fault::DropConfirmation(1)),
    row(
        "delay confirmation",
        "the nth confirmation arrives after the next message",
        Fault::DelayConfirmation(1),
    ),
    row("wrong count", "PUBLISH returns a wrong number", Fault::WrongCount(1)),
    row("unexpected message", "the pattern * matches the empty channel", Fault::UnexpectedMessage),
    row("pattern before channel", "pmessage arrives before message", Fault::PatternBeforeChannel),
    row("pong overtakes", "PONG overtakes the nth message", Fault::PongOvertakes(1)),
    row("push as array", "pushes arrive as arrays", Fault::PushAsArray),
    row("close", "the server closes the connection after n frames", Fault::CloseAfter(1)),
    row("cut", "the connection is cut after n bytes", Fault::Cut(Direction::Answers, 1)),
    row("stall", "no bytes arrive after the nth", Fault::Stall(Direction::Answers, 1)),
    row("slow", "bytes arrive slowly", Fault::Slow(Direction::Answers, SLOW)),
    row("split", "every byte arrives alone", Fault::Split(Direction::Answers)),
];

const SLOW: Throttle = Throttle { chunk: 7, pause: Duration::from_millis(1) };

pub(super) fn info(fault: Fault) -> &'static FaultInfo {
    let kind = std::mem::discriminant(&fault);
    let found = FAULTS.iter().find(|entry| std::mem::discriminant(&entry.example) == kind);
    // A test ensures that every kind has a row, so the first row never stands in for another.
    found.unwrap_or(&FAULTS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_list_every_kind_once() {
        let known = [
            Fault::DropEvery(1),
            Fault::Duplicate(1),
            Fault::Swap(1),
            Fault::FlipBit { byte: 1 },
            Fault::MessageAfterUnsubscribe,
            Fault::DropConfirmation(1),
            Fault::DelayConfirmation(1),
            Fault::WrongCount(1),
            Fault::UnexpectedMessage,
            Fault::PatternBeforeChannel,
            Fault::PongOvertakes(1),
            Fault::PushAsArray,
            Fault::CloseAfter(1),
            Fault::Cut(Direction::Answers, 1),
            Fault::Stall(Direction::Answers, 1),
            Fault::Slow(Direction::Answers, SLOW),
            Fault::Split(Direction::Answers),
        ];
        assert_eq!(FAULTS.len(), known.len());
        for (entry, fault) in FAULTS.iter().zip(known) {
            assert_eq!(fault.info(), entry);
            // Exhaustive on purpose: a new kind does not compile until it is listed above.
            match fault {
                Fault::DropEvery(_)
                | Fault::Duplicate(_)
                | Fault::Swap(_)
                | Fault::FlipBit { .. }
                | Fault::MessageAfterUnsubscribe
                | Fault::DropConfirmation(_)
                | Fault::DelayConfirmation(_)
                | Fault::WrongCount(_)
                | Fault::UnexpectedMessage
                | Fault::PatternBeforeChannel
                | Fault::PongOvertakes(_)
                | Fault::PushAsArray
                | Fault::CloseAfter(_)
                | Fault::Cut(..)
                | Fault::Stall(..)
                | Fault::Slow(..)
                | Fault::Split(_) => {}
            }
        }
    }
}
