//! Counts of elements that a command chooses at random: HRANDFIELD, SRANDMEMBER, ZRANDMEMBER.

use fastrand::Rng;
use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::errors::NO_INTEGER;
use crate::wire::{ErrorReply, parse_integer};

/// How many elements to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// So many different ones.
    Distinct(usize),
    /// So many, and one may be chosen several times.
    Repeated(usize),
}

impl Choice {
    /// Parses a count: a negative one allows repetition.
    pub(super) fn parse(word: &[u8]) -> Result<Self, ErrorReply> {
        let count = parse_integer(word).ok_or(NO_INTEGER)?;
        let number = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        match count {
            i64::MIN => {
                Err("ERR value is out of range, value must between -9223372036854775807 and \
                             9223372036854775807"
                    .into())
            }
            0.. => Ok(Self::Distinct(number)),
            _ => Ok(Self::Repeated(number)),
        }
    }

    /// The same for a reply with two items an element, whose length must be a number too.
    pub(super) fn of_pairs(self) -> Result<Self, ErrorReply> {
        let (Self::Distinct(number) | Self::Repeated(number)) = self;
        match number > i64::MAX as usize / 2 {
            true => Err("ERR value is out of range".into()),
            false => Ok(self),
        }
    }

    /// How many elements are chosen from so many.
    pub(super) fn chosen(self, len: usize) -> usize {
        match self {
            Self::Distinct(number) => number.min(len),
            Self::Repeated(number) => number,
        }
    }

    /// The places of the chosen elements. If all are chosen, they keep their order.
    pub(super) fn places(
        self,
        len: usize,
        random: &mut Rng,
    ) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Distinct(number) if number >= len => Box::new(0..len),
            Self::Distinct(number) => Box::new(distinct(number, len, random).into_iter()),
            Self::Repeated(number) => Box::new((0..number).map(move |_| random.usize(..len))),
        }
    }
}

/// Chooses `number` of `len` places, in time that does not depend on `len`: each step chooses among one
/// place more, and takes that one if the chosen one is taken (Floyd's algorithm).
fn distinct(number: usize, len: usize, random: &mut Rng) -> IndexSet<usize, RandomState> {
    let mut chosen = IndexSet::default();
    for last in len - number..len {
        if !chosen.insert(random.usize(..=last)) {
            chosen.insert(last);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_positive_count_chooses_different_elements() {
        let mut random = Rng::with_seed(7);
        for number in 0..12 {
            let places: Vec<_> = Choice::Distinct(number).places(9, &mut random).collect();
            let distinct: BTreeSet<_> = places.iter().copied().collect();
            assert_eq!((places.len(), distinct.len()), (number.min(9), number.min(9)));
            assert!(places.iter().all(|place| *place < 9));
        }
    }

    #[test]
    fn a_negative_count_chooses_so_many() {
        let mut random = Rng::with_seed(7);
        let places: Vec<_> = Choice::Repeated(50).places(3, &mut random).collect();
        let distinct: BTreeSet<_> = places.iter().copied().collect();
        assert_eq!((places.len(), distinct.len()), (50, 3));
    }

    #[test]
    fn the_lowest_number_is_no_count() {
        assert_eq!(Choice::parse(b"-2"), Ok(Choice::Repeated(2)));
        assert_eq!(Choice::parse(b"0"), Ok(Choice::Distinct(0)));
        assert!(Choice::parse(b"-9223372036854775808").is_err());
        assert!(Choice::parse(b"9223372036854775807").and_then(Choice::of_pairs).is_err());
    }
}
