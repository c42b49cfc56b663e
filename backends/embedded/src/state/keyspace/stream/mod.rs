//! The type stream: entries in the order of their IDs, the [`group`]s that read them, and
//! [`duplicates`], the entries that producers may send again.

mod duplicates;
mod group;
mod id;
mod trim;

pub(crate) use duplicates::{Duplicates, EntryName};
pub(crate) use group::{Group, Pending};
pub(crate) use id::StreamId;
pub(crate) use trim::{References, Trim, TrimLimit};

use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};

use super::SmallBytes;
use crate::profile::streams::StreamBehaviour;
use crate::state::config::EncodingLimits;
use trim::Node;

/// The fields and values of an entry, one after the other.
pub(crate) type Fields = Box<[SmallBytes]>;

/// A value of the type stream. It stays even without entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    entries: BTreeMap<StreamId, Fields>,
    /// The pieces in which a server stores the entries: a trim that need not be exact removes whole
    /// pieces. By the first ID of each.
    nodes: BTreeMap<StreamId, Node>,
    /// The highest ID that was given to an entry.
    pub(crate) last_id: StreamId,
    /// The highest ID of an entry that was deleted.
    pub(crate) max_deleted: StreamId,
    /// How many entries were added in all.
    pub(crate) added: u64,
    pub(crate) groups: BTreeMap<SmallBytes, Group>,
    pub(crate) duplicates: Duplicates,
}

impl Stream {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Adds an entry behind the last one; the ID must be higher than all before.
    pub(crate) fn add(&mut self, id: StreamId, fields: Fields, limits: &EncodingLimits) {
        let last = self.nodes.last_key_value();
        let is_full = last.is_none_or(|(_, last)| !last.has_room(&fields, limits));
        self.append(id, fields, is_full);
    }

    /// Adds an entry behind the last one, to the last piece or to a new one.
    pub(super) fn append(&mut self, id: StreamId, fields: Fields, begins_piece: bool) {
        match self.nodes.last_entry() {
            Some(mut last) if !begins_piece => last.get_mut().add(id, &fields),
            _ => _ = self.nodes.insert(id, Node::new(id, &fields)),
        }
        self.entries.insert(id, fields);
        self.last_id = id;
        self.added += 1;
    }

    /// The ID of an entry that is added now.
    pub(crate) fn next_id(&self, now: u64) -> Option<StreamId> {
        let id = StreamId { millis: now, number: 0 };
        if id > self.last_id { Some(id) } else { self.last_id.next() }
    }

    pub(crate) fn get(&self, id: StreamId) -> Option<&Fields> {
        self.entries.get(&id)
    }

    pub(crate) fn first_id(&self) -> Option<StreamId> {
        self.entries.first_key_value().map(|(id, _)| *id)
    }

    pub(crate) fn last_entry_id(&self) -> Option<StreamId> {
        self.entries.last_key_value().map(|(id, _)| *id)
    }

    /// The entries within bounds, which must not be reversed.
    pub(crate) fn range(
        &self,
        bounds: impl RangeBounds<StreamId>,
    ) -> impl DoubleEndedIterator<Item = (&StreamId, &Fields)> {
        self.entries.range(bounds)
    }

    /// The entries of each piece.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Vec<(StreamId, &Fields)>> {
        let ends = self.nodes.keys().skip(1).map(|next| Bound::Excluded(*next));
        let ends = ends.chain(std::iter::once(Bound::Unbounded));
        self.nodes.keys().zip(ends).map(|(first, end)| {
            let entries = self.entries.range((Bound::Included(*first), end));
            entries.map(|(id, fields)| (*id, fields)).collect()
        })
    }

    /// The entries behind an ID.
    pub(crate) fn after(&self, id: StreamId) -> impl Iterator<Item = (&StreamId, &Fields)> {
        self.entries.range((Bound::Excluded(id), Bound::Unbounded))
    }

    /// Deletes an entry; false if it is not there.
    pub(crate) fn delete(&mut self, id: StreamId) -> bool {
        if self.entries.remove(&id).is_none() {
            return false;
        }
        self.max_deleted = self.max_deleted.max(id);
        if let Some((first, node)) = self.nodes.range_mut(..=id).next_back() {
            let first = *first;
            if node.delete() {
                self.nodes.remove(&first);
            }
        }
        true
    }

    /// Whether every group has read an entry and acknowledged it.
    pub(crate) fn is_done_with(&self, id: StreamId) -> bool {
        self.groups.values().all(|group| group.is_done_with(id))
    }

    /// Removes an entry from the pending entries of every group.
    pub(crate) fn forget(&mut self, id: StreamId) {
        for group in self.groups.values_mut() {
            group.acknowledge(id);
        }
    }

    /// Whether an entry from an ID on was deleted, so that entries cannot be counted by their IDs.
    pub(crate) fn has_gaps_from(&self, start: StreamId, behaviour: &StreamBehaviour) -> bool {
        let Some(first) = self.first_id() else { return false };
        let was_any_deleted = self.max_deleted != StreamId::MIN;
        let is_forgotten = behaviour.forgets_early_gaps && first > self.max_deleted;
        was_any_deleted && start <= self.max_deleted && !is_forgotten
    }

    /// How many entries were added up to an ID, if that can be known.
    pub(crate) fn count_up_to(&self, id: StreamId) -> Option<u64> {
        if self.added == 0 {
            return Some(0);
        }
        if self.entries.is_empty() && id <= self.last_id {
            return Some(self.added);
        }
        if id != StreamId::MIN && id < self.max_deleted {
            return None;
        }
        if id >= self.last_id {
            return (id == self.last_id).then_some(self.added);
        }
        let first = self.first_id()?;
        let is_whole = self.max_deleted == StreamId::MIN || self.max_deleted < first;
        let before = self.added - self.entries.len() as u64;
        match id.cmp(&first) {
            std::cmp::Ordering::Less if is_whole => Some(before),
            std::cmp::Ordering::Equal if is_whole => Some(before + 1),
            _ => None,
        }
    }

    /// A stream has one encoding.
    pub(super) fn choose_encoding(&self, _limits: &EncodingLimits) {}

    /// How many entries a group has not read yet, if that can be known. It is negative for a group that
    /// was told to have read more than were added.
    pub(crate) fn lag(&self, group: &Group, behaviour: &StreamBehaviour) -> Option<i64> {
        if self.added == 0 {
            return Some(0);
        }
        let is_before_first =
            self.first_id().is_none_or(|first| first > group.last_id.max(self.max_deleted));
        if behaviour.counts_lag_by_first && is_before_first {
            return Some(self.entries.len() as i64);
        }
        let read = match group.entries_read {
            Some(read) if !self.has_gaps_from(group.last_id, behaviour) => Some(read),
            _ => self.count_up_to(group.last_id),
        };
        read.map(|read| self.added.wrapping_sub(read).cast_signed())
    }
}

#[cfg(test)]
mod tests;
