//! Sparse registers: runs of registers with the same value.
//!
//! ```text
//! 00llllll            l + 1 zeros: up to 64
//! 01llllll llllllll   l + 1 zeros: up to 16384
//! 1vvvvvll            l + 1 times v + 1: up to 4 times a value up to 32
//! ```

/// Registers one after the other with the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) value: u8,
    pub(super) len: usize,
}

/// The highest value that a run can have.
const MOST_VALUE: u8 = 32;
/// The most registers of a run with a value.
const MOST_LEN: usize = 4;
/// The most zeros of a run of one byte.
const MOST_SHORT_ZEROS: usize = 64;

impl Run {
    /// The run at the start of some bytes, and how many of them it takes.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let low = |byte: u8, bits: u32| usize::from(byte & ((1 << bits) - 1));
        match *bytes {
            [byte @ 0x80..=0xff, ..] => {
                Some((Self { value: (byte >> 2 & 31) + 1, len: low(byte, 2) + 1 }, 1))
            }
            [high @ 0x40..=0x7f, next, ..] => {
                Some((Self { value: 0, len: (low(high, 6) << 8 | usize::from(next)) + 1 }, 2))
            }
            [byte @ 0..=0x3f, ..] => Some((Self { value: 0, len: low(byte, 6) + 1 }, 1)),
            _ => None,
        }
    }

    /// Whether it has to be written in two bytes.
    fn is_long(self) -> bool {
        self.value == 0 && self.len > MOST_SHORT_ZEROS
    }

    /// Appends the run; one without registers adds nothing.
    pub(super) fn write(self, bytes: &mut Vec<u8>) {
        let Some(more) = self.len.checked_sub(1) else { return };
        match self.value.checked_sub(1) {
            Some(value) => bytes.push(0x80 | value << 2 | more as u8),
            None if self.is_long() => bytes.extend([0x40 | (more >> 8) as u8, more as u8]),
            None => bytes.push(more as u8),
        }
    }

    /// The run as `PFDEBUG DECODE` shows it.
    pub(super) fn shown(self) -> String {
        match self {
            Self { value: 0, len } if self.is_long() => format!("Z:{len}"),
            Self { value: 0, len } => format!("z:{len}"),
            Self { value, len } => format!("v:{value},{len}"),
        }
    }
}

/// All runs. As on real servers, whose strings end with a zero, that is the second byte of a run that
/// lacks it.
pub(super) fn runs(mut bytes: &[u8]) -> impl Iterator<Item = Run> {
    std::iter::from_fn(move || {
        let first = *bytes.first()?;
        let (run, taken) = Run::read(bytes).or_else(|| Run::read(&[first, 0]))?;
        bytes = bytes.get(taken..).unwrap_or_default();
        Some(run)
    })
}

/// The result of raising a register.
pub(super) enum Raised {
    No,
    Yes,
    /// The runs would need too many bytes, or cannot hold the value.
    TooLarge,
    Corrupted,
}

/// Raises the register `index` to a value, in runs that begin at `start` and may have `most` bytes.
pub(super) fn raise(
    bytes: &mut Vec<u8>,
    start: usize,
    index: usize,
    value: u8,
    most: usize,
) -> Raised {
    if value > MOST_VALUE {
        return Raised::TooLarge;
    }
    let (mut at, mut previous, mut first) = (start, start, 0);
    let (run, taken) = loop {
        let Some((run, taken)) = bytes.get(at..).and_then(Run::read) else {
            return Raised::Corrupted;
        };
        if index < first + run.len {
            break (run, taken);
        }
        (previous, at, first) = (at, at + taken, first + run.len);
    };
    if run.value >= value {
        return Raised::No;
    }
    let mut parts = Vec::with_capacity(6);
    Run { len: index - first, ..run }.write(&mut parts);
    Run { value, len: 1 }.write(&mut parts);
    Run { len: first + run.len - index - 1, ..run }.write(&mut parts);
    if parts.len() > taken && bytes.len() - start + parts.len() - taken > most {
        return Raised::TooLarge;
    }
    bytes.splice(at..at + taken, parts);
    merge(bytes, previous);
    Raised::Yes
}

/// Merges runs of the same value, if they are neighbours of a run that was changed.
fn merge(bytes: &mut Vec<u8>, mut at: usize) {
    const LOOKED_AT: usize = 5;
    for _ in 0..LOOKED_AT {
        let Some((run, taken)) = bytes.get(at..).and_then(Run::read) else { return };
        match bytes.get(at + taken..).and_then(Run::read) {
            Some((next, 1))
                if run.value > 0 && next.value == run.value && run.len + next.len <= MOST_LEN =>
            {
                let mut merged = Vec::with_capacity(1);
                Run { len: run.len + next.len, ..run }.write(&mut merged);
                bytes.splice(at..at + 2, merged);
            }
            _ => at += taken,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_hold_the_highest_value_of_each_register(
            raised in proptest::collection::vec((0..300_usize, 1..=32_u8), 0..200),
        ) {
            let mut bytes = Vec::new();
            Run { value: 0, len: 300 }.write(&mut bytes);
            let mut model = vec![0; 300];
            for (index, value) in raised {
                let is_higher = value > model[index];
                let result = raise(&mut bytes, 0, index, value, usize::MAX);
                prop_assert_eq!(matches!(result, Raised::Yes), is_higher);
                model[index] = value.max(model[index]);
            }
            let values: Vec<u8> = runs(&bytes).flat_map(|run| vec![run.value; run.len]).collect();
            prop_assert_eq!(values, model);
        }
    }
}
