//! The literal bytes of a pattern, which every matching channel has.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::{FixedState, FoldHasher};

use crate::glob;

/// How many literal bytes a pattern has at its beginning, at its end, and between.
///
/// ```text
/// workflow:*:done:*.json    news    ?[0-9]*
/// head      inside tail     head    none
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// Before the first wildcard; the whole pattern, if there is none.
    head: usize,
    /// After the last wildcard.
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

    /// Splits `channel` for this shape; `None` if it is too short to match.
    pub(super) fn split(self, channel: &[u8]) -> Option<Split<'_>> {
        let (head, rest) = channel.split_at_checked(self.head)?;
        let (between, tail) = rest.split_at_checked(rest.len().checked_sub(self.tail)?)?;
        (between.len() >= self.inside).then_some(Split { head, between, tail, inside: self.inside })
    }
}

/// A channel, split into the parts that a shape distinguishes.
pub(super) struct Split<'c> {
    head: &'c [u8],
    between: &'c [u8],
    tail: &'c [u8],
    inside: usize,
}

impl Split<'_> {
    /// An upper bound for the number of fingerprints: one for each position of the inside.
    pub(super) fn max_fingerprints(&self) -> usize {
        if self.inside == 0 { 1 } else { self.between.len() - self.inside + 1 }
    }

    /// The fingerprints, each once, that a pattern of this shape can have if it matches the
    /// channel.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = u64> {
        let ends = ends(self.head, self.tail);
        let (single, several) = if self.inside == 0 {
            (Some(fingerprint(ends, b"")), BTreeSet::new())
        } else {
            let runs = self.between.windows(self.inside);
            (None, runs.map(|inside| fingerprint(ends.clone(), inside)).collect())
        };
        single.into_iter().chain(several)
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
