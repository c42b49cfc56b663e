use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::SmallBytes;
use super::ranked_tree::{RankedTree, Slot};
use crate::profile::encodings::EncodingBehaviour;
use crate::state::config::EncodingLimits;

/// A value of the type sorted set: members with scores, found by member, by score and by rank.
#[derive(Clone, Debug, Default)]
pub(crate) struct SortedSet {
    tree: RankedTree,
    /// The slots of the members in the tree.
    slots: HashTable<Slot>,
    hasher: RandomState,
    is_skiplist: bool,
    /// The length of the longest member that was added since the encoding was last chosen.
    longest_new: Option<usize>,
}

/// A member and its score.
pub(crate) type Scored<'s> = (&'s SmallBytes, f64);

impl SortedSet {
    pub(crate) fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether the server stores the members in a skip list, and their scores in a hash table.
    pub(crate) fn is_skiplist(&self) -> bool {
        self.is_skiplist
    }

    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.slot(member).map(|slot| self.tree.score(slot))
    }

    /// The number of members before this one.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        self.slot(member).map(|slot| self.tree.rank(slot))
    }

    /// Sets the score of a member, and returns the old one.
    pub(crate) fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        if let Some(slot) = self.slot(member) {
            let old = self.tree.score(slot);
            if old != score {
                self.tree.set_score(slot, score);
            }
            return Some(old);
        }
        self.longest_new = self.longest_new.max(Some(member.len()));
        let slot = self.tree.insert(member.into(), score);
        let Self { tree, slots, hasher, .. } = self;
        let hash = |slot: &Slot| hasher.hash_one(&**tree.member(*slot));
        slots.insert_unique(hash(&slot), slot, hash);
        None
    }

    /// Removes a member, and returns its score.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let slot = self.slot(member)?;
        let score = self.tree.score(slot);
        self.remove_slot(slot);
        Some(score)
    }

    /// Removes the members of these ranks, and returns them in ascending or descending order.
    pub(crate) fn remove_range(
        &mut self,
        ranks: Range<usize>,
        backwards: bool,
    ) -> Vec<(SmallBytes, f64)> {
        let slots: Vec<Slot> = self.tree.range(ranks, backwards).collect();
        let mut removed = Vec::with_capacity(slots.len());
        for slot in slots {
            let score = self.tree.score(slot);
            removed.push((self.remove_slot(slot), score));
        }
        removed
    }

    /// The members of these ranks, which must exist, in ascending or descending order.
    pub(crate) fn range(
        &self,
        ranks: Range<usize>,
        backwards: bool,
    ) -> impl ExactSizeIterator<Item = Scored<'_>> {
        let slots = self.tree.range(ranks, backwards);
        slots.map(|slot| (self.tree.member(slot), self.tree.score(slot)))
    }

    /// All members in ascending order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Scored<'_>> {
        self.range(0..self.len(), false)
    }

    /// The number of members for which the condition holds: all up to some rank, none after it.
    pub(crate) fn leading(&self, holds: impl Fn(&[u8], f64) -> bool) -> usize {
        self.tree.leading(holds)
    }

    /// How many places there are. A member keeps its place; a place can be empty.
    pub(crate) fn places(&self) -> usize {
        self.tree.slots()
    }

    /// The member at a place.
    pub(crate) fn at(&self, place: usize) -> Option<Scored<'_>> {
        self.tree.at(Slot::try_from(place).ok()?)
    }

    fn slot(&self, member: &[u8]) -> Option<Slot> {
        let is_it = |slot: &Slot| **self.tree.member(*slot) == *member;
        self.slots.find(self.hasher.hash_one(member), is_it).copied()
    }

    fn remove_slot(&mut self, slot: Slot) -> SmallBytes {
        let hash = self.hasher.hash_one(&**self.tree.member(slot));
        if let Ok(entry) = self.slots.find_entry(hash, |other| *other == slot) {
            entry.remove();
        }
        self.tree.remove(slot)
    }

    /// A sorted set that has become a skip list stays one. Only what is added is measured.
    pub(super) fn choose_encoding(&mut self, limits: &EncodingLimits) {
        let Some(longest) = self.longest_new.take() else { return };
        self.is_skiplist |=
            longest > limits.sorted_set_value || self.len() > limits.sorted_set_entries;
    }

    pub(super) fn encoding(&self, behaviour: &EncodingBehaviour) -> &'static str {
        if self.is_skiplist { "skiplist" } else { behaviour.packed }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_members_by_name_and_by_rank(
            changes in proptest::collection::vec(("[a-e]{1,2}", proptest::option::of(-3..3_i8)), 0..90),
        ) {
            let (mut set, mut model) = (SortedSet::default(), HashMap::new());
            for (member, score) in changes {
                let bytes = member.as_bytes();
                let (got, expected) = match score {
                    Some(score) => (
                        set.insert(bytes, score.into()),
                        model.insert(member.clone(), f64::from(score)),
                    ),
                    None => (set.remove(bytes), model.remove(&member)),
                };
                prop_assert_eq!(got, expected);
            }
            let mut sorted: Vec<(f64, String)> =
                model.into_iter().map(|(member, score)| (score, member)).collect();
            sorted.sort_by(|one, other| one.partial_cmp(other).unwrap());
            for (rank, (score, member)) in sorted.iter().enumerate() {
                prop_assert_eq!(set.rank(member.as_bytes()), Some(rank));
                prop_assert_eq!(set.score(member.as_bytes()), Some(*score));
            }
            let half = sorted.len() / 2;
            let removed = set.remove_range(0..half, true);
            let removed: Vec<Vec<u8>> = removed.iter().map(|(member, _)| member.to_vec()).collect();
            let expected = sorted[..half].iter().rev().map(|(_, member)| member.clone().into_bytes());
            prop_assert_eq!(removed, expected.collect::<Vec<_>>());
            let left: Vec<f64> = set.iter().map(|(_, score)| score).collect();
            let expected: Vec<f64> = sorted[half..].iter().map(|(score, _)| *score).collect();
            prop_assert_eq!(left, expected);
        }
    }

    #[test]
    fn it_becomes_a_skip_list_by_its_size_and_by_a_long_member() {
        let limits = EncodingLimits {
            sorted_set_entries: 2,
            sorted_set_value: 3,
            ..EncodingLimits::default()
        };
        let is_skiplist = |members: &[&str]| {
            let mut set = SortedSet::default();
            members.iter().for_each(|member| _ = set.insert(member.as_bytes(), 1.0));
            set.choose_encoding(&limits);
            set.is_skiplist()
        };
        assert!(!is_skiplist(&["a", "b", "b"]));
        assert!(is_skiplist(&["a", "b", "c"]));
        assert!(!is_skiplist(&["abc"]));
        assert!(is_skiplist(&["abcd"]));
    }
}
