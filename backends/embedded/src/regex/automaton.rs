//! Positions of a pattern, and which of them may follow each other.
//!
//! A position stands for one byte set of the pattern. A text matches if its bytes lead from position to
//! position up to the final one. Some steps are allowed only where an assertion holds.

use std::ops::Range;

use super::RegexError;
use super::bytes::{ByteSet, is_word};

/// Assertions that must all hold between two bytes: a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Assertions(u8);

impl Assertions {
    pub(super) const NONE: Self = Self(0);
    pub(super) const START: Self = Self(1);
    pub(super) const END: Self = Self(1 << 1);
    pub(super) const WORD_START: Self = Self(1 << 2);
    pub(super) const WORD_END: Self = Self(1 << 3);
    pub(super) const BOUNDARY: Self = Self(1 << 4);
    pub(super) const NO_BOUNDARY: Self = Self(1 << 5);

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All that hold before the byte at a place.
    fn holding(text: &[u8], place: usize, ignores_zeros: bool) -> Self {
        let next = text.get(place).copied().unwrap_or(0);
        let is_end = place == text.len() || next == 0 && !ignores_zeros;
        let follows_word = place > 0 && is_word(text[place - 1]);
        let is_boundary = place == 0 || next == 0 || follows_word != is_word(next);
        let holding = [
            (place == 0, Self::START),
            (is_end, Self::END),
            (!follows_word && is_word(next), Self::WORD_START),
            (follows_word && !is_word(next), Self::WORD_END),
            (is_boundary, Self::BOUNDARY),
            (!is_boundary, Self::NO_BOUNDARY),
        ];
        let holding = holding.iter().filter(|(holds, _)| *holds);
        holding.fold(Self::NONE, |all, (_, assertion)| all.and(*assertion))
    }

    fn are_in(self, holding: Self) -> bool {
        self.0 & holding.0 == self.0
    }
}

/// A step to a position.
type Step = (u32, Assertions);

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The positions that the part begins with.
    first: Vec<Step>,
    /// The positions that it ends with.
    last: Vec<Step>,
    /// The conditions under which the part matches the empty text; `None` if it never does.
    empty: Option<Assertions>,
    /// All its positions.
    positions: Range<usize>,
}

impl Part {
    /// A part that matches the empty text where assertions hold.
    pub(super) fn empty(assertions: Assertions) -> Self {
        Self { first: Vec::new(), last: Vec::new(), empty: Some(assertions), positions: 0..0 }
    }

    /// Both alternatives. If both match the empty text, what holds for the first counts.
    pub(super) fn or(mut self, other: Self) -> Self {
        self.first.extend(other.first);
        self.last.extend(other.last);
        Self {
            empty: self.empty.or(other.empty),
            positions: joined(self.positions, other.positions),
            ..self
        }
    }

    fn optional(self) -> Self {
        Self { empty: self.empty.or(Some(Assertions::NONE)), ..self }
    }
}

/// The positions of two neighbours.
fn joined(one: Range<usize>, other: Range<usize>) -> Range<usize> {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other,
        (_, true) => one,
        _ => one.start.min(other.start)..one.end.max(other.end),
    }
}

/// The positions of a pattern.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    sets: Vec<ByteSet>,
    positions: Vec<Position>,
    steps: usize,
    /// The positions that a match begins with.
    first: Vec<Step>,
    /// The end of the text is its end only, and not a zero byte in it.
    ignores_zeros: bool,
}

#[derive(Clone, Debug)]
struct Position {
    /// The place of its byte set.
    set: usize,
    next: Vec<Step>,
}

/// The position at which a match is found.
const FINAL: u32 = u32::MAX;

/// The most positions of a pattern, and the most steps between them.
const MOST_POSITIONS: usize = 200_000;
const MOST_STEPS: usize = 4_000_000;

const TOO_LARGE: RegexError = RegexError::Invalid("Out of memory");

impl Automaton {
    /// A part that matches one byte of a set.
    pub(super) fn byte(&mut self, set: ByteSet) -> Part {
        self.sets.push(set);
        let place = self.positions.len();
        self.positions.push(Position { set: self.sets.len() - 1, next: Vec::new() });
        let step = vec![(place as u32, Assertions::NONE)];
        Part { first: step.clone(), last: step, empty: None, positions: place..place + 1 }
    }

    /// One part after the other.
    pub(super) fn sequence(&mut self, one: Part, other: Part) -> Result<Part, RegexError> {
        self.connect(&one.last, &other.first)?;
        let (mut first, mut last) = (one.first, other.last);
        if let Some(assertions) = one.empty {
            first.extend(other.first.iter().map(|(to, more)| (*to, assertions.and(*more))));
        }
        if let Some(assertions) = other.empty {
            last.extend(one.last.iter().map(|(from, more)| (*from, assertions.and(*more))));
        }
        let empty = one.empty.zip(other.empty).map(|(one, other)| one.and(other));
        Ok(Part { first, last, empty, positions: joined(one.positions, other.positions) })
    }

    /// A part so many times.
    pub(super) fn repeat(
        &mut self,
        part: Part,
        least: usize,
        most: Option<usize>,
    ) -> Result<Part, RegexError> {
        match (least, most) {
            (_, Some(0)) => return Ok(Part::empty(Assertions::NONE)),
            (1, Some(1)) => return Ok(part),
            (0, Some(1)) => return Ok(part.optional()),
            (0 | 1, None) => {
                self.connect(&part.last, &part.first)?;
                return Ok(if least == 0 { part.optional() } else { part });
            }
            _ => {}
        }
        let copies = most.unwrap_or(least + 1);
        if self.positions.len() + part.positions.len() * copies > MOST_POSITIONS {
            return Err(TOO_LARGE);
        }
        let mut copies = (0..copies).map(|_| self.copy(&part)).collect::<Result<Vec<_>, _>>()?;
        let optional = copies.split_off(least);
        let mut rest = Part::empty(Assertions::NONE);
        for copy in optional.into_iter().rev() {
            rest = match most {
                None => self.repeat(copy, 0, None)?,
                Some(_) => self.sequence(copy, rest)?.optional(),
            };
        }
        let start = Part::empty(Assertions::NONE);
        let required = copies.into_iter().try_fold(start, |all, copy| self.sequence(all, copy))?;
        self.sequence(required, rest)
    }

    /// The same part with positions of its own.
    fn copy(&mut self, part: &Part) -> Result<Part, RegexError> {
        let (from, to) = (part.positions.start, self.positions.len());
        let moved = |steps: &[Step]| -> Vec<Step> {
            steps.iter().map(|(place, holds)| (place + (to - from) as u32, *holds)).collect()
        };
        for place in part.positions.clone() {
            let Position { set, next } = &self.positions[place];
            let copy = Position { set: *set, next: moved(next) };
            self.steps += copy.next.len();
            self.positions.push(copy);
        }
        if self.steps > MOST_STEPS {
            return Err(TOO_LARGE);
        }
        Ok(Part {
            first: moved(&part.first),
            last: moved(&part.last),
            empty: part.empty,
            positions: to..self.positions.len(),
        })
    }

    fn connect(&mut self, last: &[Step], first: &[Step]) -> Result<(), RegexError> {
        self.steps += last.len() * first.len();
        if self.steps > MOST_STEPS || self.positions.len() > MOST_POSITIONS {
            return Err(TOO_LARGE);
        }
        for (from, assertions) in last {
            let next = &mut self.positions[*from as usize].next;
            next.extend(first.iter().map(|(to, more)| (*to, assertions.and(*more))));
        }
        Ok(())
    }

    /// Ends the automaton with the whole pattern.
    pub(super) fn finish(mut self, pattern: Part) -> Result<Self, RegexError> {
        let end = [(FINAL, Assertions::NONE)];
        self.connect(&pattern.last, &end)?;
        self.first = pattern.first;
        self.first.extend(pattern.empty.map(|assertions| (FINAL, assertions)));
        for position in &mut self.positions {
            position.next.sort_unstable_by_key(|(to, assertions)| (*to, assertions.0));
            position.next.dedup();
        }
        Ok(self)
    }

    /// Takes all sets in both cases, if `ignores_case`, and zero bytes for bytes of the text.
    pub(super) fn match_plainly(&mut self, ignores_case: bool) {
        self.ignores_zeros = true;
        if ignores_case {
            self.sets.iter_mut().for_each(|set| *set = set.in_both_cases());
        }
    }

    /// Whether a part of the text matches.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let mut current: Vec<u32> = Vec::new();
        let mut next: Vec<u32> = Vec::new();
        // The place of the text at which a position was last reached, plus one.
        let mut reached = vec![0_usize; self.positions.len()];
        for place in 0..=text.len() {
            let holding = Assertions::holding(text, place, self.ignores_zeros);
            let from_before = current.iter().flat_map(|position| {
                let Position { set, next } = &self.positions[*position as usize];
                let goes_on = self.sets[*set].contains(text[place - 1]);
                if goes_on { next.as_slice() } else { &[] }
            });
            for (to, assertions) in from_before.chain(&self.first) {
                if !assertions.are_in(holding) {
                    continue;
                }
                match reached.get_mut(*to as usize) {
                    None => return true,
                    Some(reached) if *reached == place + 1 => {}
                    Some(reached) => {
                        *reached = place + 1;
                        next.push(*to);
                    }
                }
            }
            std::mem::swap(&mut current, &mut next);
            next.clear();
        }
        false
    }
}
