use std::time::Duration;

use super::{Injury, Pace};
use crate::tap::record::Direction;

/// An injury as a person chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// One of its kind.
    pub example: Injury,
}

const fn row(name: &'static str, about: &'static str, example: Injury) -> Entry {
    Entry { name, about, example }
}

/// Every kind of injury.
pub const CATALOGUE: &[Entry] = &[
    row("drop", "every nth message is lost", Injury::DropEvery(100)),
    row("duplicate", "the nth message comes twice", Injury::Duplicate(1)),
    row("swap", "the nth message and the next change places", Injury::Swap(1)),
    row("flip", "a bit of a large payload is wrong", Injury::Flip { byte: 64 * 1024 }),
    row("late", "a message follows the end of its subscription", Injury::Late),
    row("swallow", "the nth confirmation is lost", Injury::Swallow(1)),
    row("confirm late", "the nth confirmation follows its first message", Injury::ConfirmLate(1)),
    row("miscount", "PUBLISH answers a wrong number", Injury::Miscount(1)),
    row("uninvited", "the pattern * matches the empty channel", Injury::Uninvited),
    row("pattern first", "pmessage comes before message", Injury::PatternFirst),
    row("pong overtakes", "PONG overtakes the nth message", Injury::PongOvertakes(1)),
    row("push as array", "pushes arrive as arrays", Injury::PushAsArray),
    row("close", "the server closes after n frames", Injury::CloseAfter(1)),
    row("cut", "the connection is cut after n bytes", Injury::Cut(Direction::Answers, 1)),
    row("stall", "nothing comes after n bytes", Injury::Stall(Direction::Answers, 1)),
    row("slow", "bytes come slowly", Injury::Slow(Direction::Answers, SLOW)),
    row("split", "every byte comes alone", Injury::Split(Direction::Answers)),
];

const SLOW: Pace = Pace { piece: 7, pause: Duration::from_millis(1) };

pub(super) fn entry(injury: Injury) -> &'static Entry {
    let kind = std::mem::discriminant(&injury);
    let found = CATALOGUE.iter().find(|entry| std::mem::discriminant(&entry.example) == kind);
    // A test holds that every kind has a row.
    found.unwrap_or(&CATALOGUE[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_list_every_kind_once() {
        let known = [
            Injury::DropEvery(1),
            Injury::Duplicate(1),
            Injury::Swap(1),
            Injury::Flip { byte: 1 },
            Injury::Late,
            Injury::Swallow(1),
            Injury::ConfirmLate(1),
            Injury::Miscount(1),
            Injury::Uninvited,
            Injury::PatternFirst,
            Injury::PongOvertakes(1),
            Injury::PushAsArray,
            Injury::CloseAfter(1),
            Injury::Cut(Direction::Answers, 1),
            Injury::Stall(Direction::Answers, 1),
            Injury::Slow(Direction::Answers, SLOW),
            Injury::Split(Direction::Answers),
        ];
        assert_eq!(CATALOGUE.len(), known.len());
        for (entry, injury) in CATALOGUE.iter().zip(known) {
            assert_eq!(injury.entry(), entry);
            // Exhaustive on purpose: a new kind does not compile until it is listed above.
            match injury {
                Injury::DropEvery(_)
                | Injury::Duplicate(_)
                | Injury::Swap(_)
                | Injury::Flip { .. }
                | Injury::Late
                | Injury::Swallow(_)
                | Injury::ConfirmLate(_)
                | Injury::Miscount(_)
                | Injury::Uninvited
                | Injury::PatternFirst
                | Injury::PongOvertakes(_)
                | Injury::PushAsArray
                | Injury::CloseAfter(_)
                | Injury::Cut(..)
                | Injury::Stall(..)
                | Injury::Slow(..)
                | Injury::Split(_) => {}
            }
        }
    }
}
