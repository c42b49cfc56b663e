//! The literal bytes of a pattern, which a channel must have to match it.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::{FixedState, FoldHasher};

use crate::glob;

/// How many literal bytes a pattern has at which place.
///
/// ```text
/// workflow:*:done:*.json    news    ?[0-9]*
/// head      inside tail     head    none
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// Before the first wildcard; everything, if there is none.
    head: usize,
    /// Behind the last wildcard.
    tail: usize,
    /// The longest run between two wildcards.
    inside: usize,
}

impl Shape {
    /// The shape of `pattern` and the fingerprint of its literal bytes.
    pub(super) fn of(pattern: &[u8]) -> (Self, u64) {
        let elements: Vec<Option<u8>> = glob::elements(pattern).collect();
        let mut runs = elements.split(Option::is_none);
        let head = runs.next().unwrap_or_default();
        let tail = runs.next_back().unwrap_or_default();
        let inside = runs.max_by_key(|run| run.len()).unwrap_or_default();

        let shape = Self { head: head.len(), tail: tail.len(), inside: inside.len() };
        let [head, tail, inside] =
            [head, tail, inside].map(|run| run.iter().flatten().copied().collect::<Vec<u8>>());
        (shape, fingerprint(ends(&head, &tail), &inside))
    }

    /// `channel` as a pattern of this shape sees it; `None` if it is too short to match.
    pub(super) fn cut(self, channel: &[u8]) -> Option<Cut<'_>> {
        let (head, rest) = channel.split_at_checked(self.head)?;
        let (between, tail) = rest.split_at_checked(rest.len().checked_sub(self.tail)?)?;
        (between.len() >= self.inside).then_some(Cut { head, between, tail, inside: self.inside })
    }
}

/// A channel, cut to a shape.
pub(super) struct Cut<'c> {
    head: &'c [u8],
    between: &'c [u8],
    tail: &'c [u8],
    inside: usize,
}

impl Cut<'_> {
    /// How many fingerprints there are at most: one for each place where the inside can be.
    pub(super) fn places(&self) -> usize {
        if self.inside == 0 { 1 } else { self.between.len() - self.inside + 1 }
    }

    /// The fingerprints, each once, that a pattern of this shape has if it matches the channel.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = u64> {
        let ends = ends(self.head, self.tail);
        let (one, more) = if self.inside == 0 {
            (Some(fingerprint(ends, b"")), BTreeSet::new())
        } else {
            let runs = self.between.windows(self.inside);
            (None, runs.map(|inside| fingerprint(ends.clone(), inside)).collect())
        };
        one.into_iter().chain(more)
    }
}

fn ends(head: &[u8], tail: &[u8]) -> FoldHasher<'static> {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(head);
    hasher.write(tail);
    hasher
}

fn fingerprint(mut ends: FoldHasher<'_>, inside: &[u8]) -> u64 {
    ends.write(inside);
    ends.finish()
}
