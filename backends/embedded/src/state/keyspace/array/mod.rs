//! The array: values at indexes of 64 bits, with gaps that take no memory.
//!
//! [`slices`] tells how a server stores the values, which clients can ask for.

mod slices;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::SmallBytes;
use crate::state::config::EncodingLimits;
pub(crate) use slices::Layout;
use slices::Slices;

/// A value of the type array.
#[derive(Clone, Debug, Default)]
pub(crate) struct Array {
    values: Values,
    slices: Slices,
    /// Where the next insertion goes. [`Self::NO_INDEX`] after an insertion at the last index.
    next: u64,
}

/// The values by index.
type Values = BTreeMap<u64, SmallBytes>;

impl Array {
    /// The number that is no index. The last index is the one before it.
    pub(crate) const NO_INDEX: u64 = u64::MAX;

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The number of indexes up to the last value: gaps count.
    pub(crate) fn span(&self) -> u64 {
        self.values.last_key_value().map_or(0, |(last, _)| last + 1)
    }

    /// Where the next insertion goes; [`Self::NO_INDEX`] if no index is left.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Chooses where the next insertion goes.
    pub(crate) fn seek(&mut self, next: u64) {
        self.next = next;
    }

    pub(crate) fn get(&self, index: u64) -> Option<&SmallBytes> {
        self.values.get(&index)
    }

    /// The values at some indexes, in order, without the gaps.
    pub(crate) fn range(
        &self,
        indexes: RangeInclusive<u64>,
    ) -> impl DoubleEndedIterator<Item = (u64, &SmallBytes)> {
        self.values.range(indexes).map(|(index, value)| (*index, value))
    }

    /// Sets the value at an index; true if there was none.
    pub(crate) fn set(&mut self, index: u64, value: &[u8], limits: &EncodingLimits) -> bool {
        if let Some(place) = self.values.get_mut(&index) {
            *place = value.into();
            return false;
        }
        self.slices.add(index, &self.values, limits);
        self.values.insert(index, value.into());
        true
    }

    /// Sets the values at consecutive indexes, and returns how many there were not.
    ///
    /// All indexes must be valid.
    pub(crate) fn set_all<'v>(
        &mut self,
        start: u64,
        values: impl ExactSizeIterator<Item = &'v [u8]>,
        limits: &EncodingLimits,
    ) -> usize {
        if let Some(more) = (values.len() as u64).checked_sub(1) {
            self.slices.prepare(start..=start + more, &self.values, limits);
        }
        (start..).zip(values).filter(|(index, value)| self.set(*index, value, limits)).count()
    }

    /// Removes the value at an index; false if there was none.
    pub(crate) fn remove(&mut self, index: u64, limits: &EncodingLimits) -> bool {
        let is_removed = self.values.remove(&index).is_some();
        if is_removed {
            self.slices.remove(index, limits);
        }
        is_removed
    }

    /// Removes the values at some indexes, and returns how many there were.
    pub(crate) fn remove_range(
        &mut self,
        indexes: RangeInclusive<u64>,
        limits: &EncodingLimits,
    ) -> usize {
        let removed = self.values.extract_if(indexes, |_, _| true);
        removed.map(|(index, _)| self.slices.remove(index, limits)).count()
    }

    /// The values at the last indexes that were inserted at, the newest first. Before the first index
    /// comes the last one with a value. There are at most as many as the array has values.
    pub(crate) fn last_inserted(&self, most: usize) -> Vec<Option<&SmallBytes>> {
        let newest = self.newest();
        self.backwards(newest).take(most.min(self.len())).map(|index| self.get(index)).collect()
    }

    /// The index of the last insertion, or of the last value.
    fn newest(&self) -> u64 {
        if self.next == 0 { self.span().saturating_sub(1) } else { self.next - 1 }
    }

    /// The indexes from one on down, and round without an end.
    fn backwards(&self, from: u64) -> impl Iterator<Item = u64> {
        let last = self.span().saturating_sub(1);
        std::iter::successors(Some(from), move |index| Some(index.checked_sub(1).unwrap_or(last)))
    }

    /// Inserts a value into a ring of `size` indexes, and returns where.
    pub(crate) fn insert_into_ring(
        &mut self,
        size: u64,
        value: &[u8],
        limits: &EncodingLimits,
    ) -> u64 {
        let index = self.next % size;
        self.set(index, value, limits);
        self.next = index + 1;
        index
    }

    /// Makes the array a ring of `size` indexes. If it has been a ring of another size, the newest
    /// values without a gap move to the beginning, and the others are lost.
    pub(crate) fn fit_ring(&mut self, size: u64, limits: &EncodingLimits) {
        let span = self.span();
        let continues_inside = (1..span).contains(&self.next);
        if span == 0 || span == size || (span < size && !continues_inside) {
            return;
        }
        let most = usize::try_from(span.min(size)).unwrap_or(usize::MAX);
        let newest = self.backwards(self.newest() % span).take(most);
        let mut kept: Vec<_> = newest.map_while(|index| self.get(index).cloned()).collect();
        kept.reverse();
        *self = Self::default();
        self.next = kept.len() as u64;
        self.set_all(0, kept.iter().map(|value| &**value), limits);
    }

    /// How a server stores the values.
    pub(crate) fn layout(&self) -> Layout {
        self.slices.layout()
    }

    /// Nothing is left to choose: every change has chosen the encoding of its slices.
    pub(super) fn choose_encoding(&mut self, _limits: &EncodingLimits) {}
}
