//! The bounds of ranges, by score and by member.

use std::ops::Range;

use super::score::parse_bound;
use crate::profile::sorted_sets::SortedSetBehaviour;
use crate::state::keyspace::SortedSet;

pub(super) const NO_SCORE_RANGE: &str = "ERR min or max is not a float";
pub(super) const NO_LEX_RANGE: &str = "ERR min or max not valid string range item";

/// A range of scores.
pub(super) struct ScoreRange {
    min: ScoreBound,
    max: ScoreBound,
}

struct ScoreBound {
    score: f64,
    is_exclusive: bool,
}

impl ScoreRange {
    pub(super) fn parse(
        min: &[u8],
        max: &[u8],
        behaviour: &SortedSetBehaviour,
    ) -> Result<Self, &'static str> {
        let bound = |text: &[u8]| {
            let (is_exclusive, number) = match text {
                [b'(', number @ ..] => (true, number),
                number => (false, number),
            };
            let score = parse_bound(number, behaviour).ok_or(NO_SCORE_RANGE)?;
            Ok::<_, &'static str>(ScoreBound { score, is_exclusive })
        };
        Ok(Self { min: bound(min)?, max: bound(max)? })
    }

    /// The ranks of the members within the range.
    pub(super) fn ranks(&self, set: &SortedSet) -> Range<usize> {
        let Self { min, max } = self;
        let start = set.leading(|_, score| match min.is_exclusive {
            true => score <= min.score,
            false => score < min.score,
        });
        let end = set.leading(|_, score| match max.is_exclusive {
            true => score < max.score,
            false => score <= max.score,
        });
        start..end.max(start)
    }
}

/// A range of members that all have the same score.
pub(super) struct LexRange<'a> {
    min: LexBound<'a>,
    max: LexBound<'a>,
}

#[derive(Clone, Copy)]
enum LexBound<'a> {
    Lowest,
    Highest,
    Including(&'a [u8]),
    Excluding(&'a [u8]),
}

impl<'a> LexRange<'a> {
    pub(super) fn parse(min: &'a [u8], max: &'a [u8]) -> Result<Self, &'static str> {
        let bound = |text: &'a [u8]| match text {
            b"-" => Ok(LexBound::Lowest),
            b"+" => Ok(LexBound::Highest),
            [b'[', member @ ..] => Ok(LexBound::Including(member)),
            [b'(', member @ ..] => Ok(LexBound::Excluding(member)),
            _ => Err(NO_LEX_RANGE),
        };
        Ok(Self { min: bound(min)?, max: bound(max)? })
    }

    /// The ranks of the members within the range.
    pub(super) fn ranks(&self, set: &SortedSet) -> Range<usize> {
        let start = set.leading(|member, _| match self.min {
            LexBound::Lowest => false,
            LexBound::Highest => true,
            LexBound::Including(bound) => member < bound,
            LexBound::Excluding(bound) => member <= bound,
        });
        let end = set.leading(|member, _| match self.max {
            LexBound::Lowest => false,
            LexBound::Highest => true,
            LexBound::Including(bound) => member <= bound,
            LexBound::Excluding(bound) => member < bound,
        });
        start..end.max(start)
    }
}
