use std::ops::Bound;

use super::super::SmallBytes;
use super::super::listpack::{self, entry_len, integer_entry_len};
use super::{Fields, Stream, StreamId};
use crate::state::config::EncodingLimits;

/// A piece in which a server stores entries: a listpack that begins with the names of the fields of
/// its first entry.
#[derive(Clone, Debug)]
pub(super) struct Node {
    first: StreamId,
    names: Box<[SmallBytes]>,
    /// With those that are deleted.
    entries: usize,
    bytes: usize,
    left: usize,
}

impl Node {
    pub(super) fn new(id: StreamId, fields: &Fields) -> Self {
        let names: Box<[SmallBytes]> = names(fields).cloned().collect();
        let head = listpack::HEADER
            + numbers_len([0, 0, names.len() as u64, 0])
            + names.iter().map(|name| entry_len(name)).sum::<usize>();
        let mut node = Self { first: id, names, entries: 0, bytes: head, left: 0 };
        node.add(id, fields);
        node
    }

    /// Whether another entry fits. A limit of zero is none.
    pub(super) fn has_room(&self, fields: &Fields, limits: &EncodingLimits) -> bool {
        let fits = |amount: usize, limit: usize| limit == 0 || amount < limit;
        let more: usize = fields.iter().map(|field| field.len()).sum();
        fits(self.entries, limits.stream_entries) && fits(self.bytes + more, limits.stream_bytes)
    }

    pub(super) fn add(&mut self, id: StreamId, fields: &Fields) {
        self.entries += 1;
        self.left += 1;
        self.bytes += self.len_of(id, fields);
    }

    /// The bytes of an entry: flags, the distance to the first ID, its values, and the number of all
    /// these; its names, if they are not those of the first entry.
    fn len_of(&self, id: StreamId, fields: &Fields) -> usize {
        let StreamId { millis, number } = self.first;
        let distance =
            numbers_len([id.millis.wrapping_sub(millis), id.number.wrapping_sub(number)]);
        let count = names(fields).count() as u64;
        let flags = numbers_len([0]);
        let content = if names(fields).eq(&self.names) {
            let values = fields.iter().skip(1).step_by(2);
            values.map(|value| entry_len(value)).sum::<usize>() + numbers_len([count + 3])
        } else {
            fields.iter().map(|field| entry_len(field)).sum::<usize>()
                + numbers_len([count, 2 * count + 4])
        };
        flags + distance + content
    }

    /// Deletes one of its entries, and returns whether it was the last.
    pub(super) fn delete(&mut self) -> bool {
        self.left -= 1;
        self.left == 0
    }
}

fn names(fields: &Fields) -> impl Iterator<Item = &SmallBytes> {
    fields.iter().step_by(2)
}

fn numbers_len<const COUNT: usize>(numbers: [u64; COUNT]) -> usize {
    numbers.into_iter().map(|number| integer_entry_len(number.cast_signed())).sum()
}

/// Which entries a trim removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrimLimit {
    /// The oldest, until so many are left.
    MaxLen(usize),
    /// Those with lower IDs.
    MinId(StreamId),
}

/// The treatment of the pending entries of groups when an entry is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum References {
    /// They stay.
    #[default]
    Keep,
    /// They are removed too.
    Delete,
    /// Only entries that all groups have acknowledged are deleted.
    Acknowledged,
}

/// A trim of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trim {
    pub(crate) limit: TrimLimit,
    /// Only whole nodes are removed.
    pub(crate) is_approximate: bool,
    /// How many entries to remove at most; 0 for no limit.
    pub(crate) most: usize,
    pub(crate) references: References,
}

impl Stream {
    /// Removes old entries, and returns their number. They do not count as deleted.
    pub(crate) fn trim(&mut self, trim: Trim) -> usize {
        let max_deleted = self.max_deleted;
        let removed = self.remove_oldest(trim);
        self.max_deleted = max_deleted;
        removed
    }

    fn remove_oldest(&mut self, trim: Trim) -> usize {
        let mut removed = 0;
        if trim.is_approximate {
            while let Some(ids) = self.first_node()
                && !self.keeps(trim.limit, &ids)
                && (trim.most == 0 || removed + ids.len() <= trim.most)
            {
                let before = removed;
                for id in ids {
                    removed += usize::from(self.delete_with(id, trim.references));
                }
                if removed == before {
                    break;
                }
            }
            return removed;
        }
        let ids: Vec<StreamId> = match trim.limit {
            TrimLimit::MaxLen(most) => {
                let excess = self.entries.len().saturating_sub(most);
                self.entries.keys().take(excess).copied().collect()
            }
            TrimLimit::MinId(least) => self.entries.range(..least).map(|(id, _)| *id).collect(),
        };
        for id in ids {
            removed += usize::from(self.delete_with(id, trim.references));
        }
        removed
    }

    /// Deletes an entry, and treats the pending entries of groups as asked.
    pub(crate) fn delete_with(&mut self, id: StreamId, references: References) -> bool {
        match references {
            References::Keep => {}
            References::Delete if self.entries.contains_key(&id) => self.forget(id),
            References::Delete => {}
            References::Acknowledged if !self.is_done_with(id) => return false,
            References::Acknowledged => {}
        }
        self.delete(id)
    }

    /// The IDs in the first node.
    fn first_node(&self) -> Option<Vec<StreamId>> {
        let mut nodes = self.nodes.keys();
        let (first, next) = (nodes.next()?, nodes.next());
        let end = next.map_or(Bound::Unbounded, |next| Bound::Excluded(*next));
        let ids = self.entries.range((Bound::Included(*first), end));
        Some(ids.map(|(id, _)| *id).collect())
    }

    /// Whether the first node, with these entries, must stay.
    fn keeps(&self, limit: TrimLimit, ids: &[StreamId]) -> bool {
        match limit {
            TrimLimit::MaxLen(most) => self.entries.len() - ids.len() < most,
            TrimLimit::MinId(least) => ids.last().is_none_or(|last| *last >= least),
        }
    }
}
