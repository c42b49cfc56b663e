//! Entries that producers sent before: `XADD … IDMP`.

use std::collections::{BTreeMap, VecDeque};

use crate::state::config::DuplicateLimits;
use crate::state::keyspace::SmallBytes;
use crate::state::keyspace::stream::StreamId;

/// Servers forget entries at this interval, in milliseconds, if their IDs are older than they remember.
const CLEANING: u64 = 1000;

/// Two entries of a producer with the same name are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryName {
    /// The producer has named it.
    Given(SmallBytes),
    /// The fields with their values, in an order of their own.
    Content(Vec<[SmallBytes; 2]>),
}

/// The entries of a stream that producers may send again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Duplicates {
    limits: DuplicateLimits,
    /// By producer, the oldest entry first.
    known: BTreeMap<SmallBytes, VecDeque<Known>>,
    /// How many entries were remembered in all.
    pub(crate) added: u64,
    /// How many entries were sent again in all.
    pub(crate) found: u64,
}

#[derive(Clone, Debug)]
struct Known {
    name: EntryName,
    id: StreamId,
    /// When it is forgotten, in milliseconds since the Unix epoch.
    end: u64,
}

impl EntryName {
    /// The name of an entry with these fields and values.
    pub(crate) fn of_content<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let words: Vec<SmallBytes> = words.map(SmallBytes::new).collect();
        let mut pairs: Vec<_> =
            words.chunks_exact(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect();
        pairs.sort_unstable();
        Self::Content(pairs)
    }
}

impl Duplicates {
    pub(crate) fn limits(&self) -> DuplicateLimits {
        self.limits
    }

    /// Changes the limits. All entries are forgotten if this makes a difference.
    pub(crate) fn limit(&mut self, limits: DuplicateLimits) {
        if self.limits != limits {
            self.limits = limits;
            self.known.clear();
        }
    }

    /// The ID of an entry that the producer sent before, if it is remembered.
    pub(crate) fn find(&self, producer: &[u8], name: &EntryName, now: u64) -> Option<StreamId> {
        let mut known = self.known.get(producer)?.iter();
        known.find(|known| known.name == *name && known.end > now).map(|known| known.id)
    }

    pub(crate) fn add(&mut self, producer: &[u8], name: EntryName, id: StreamId, now: u64) {
        self.forget(now);
        let known = self.known.entry(producer.into()).or_default();
        let duration = self.limits.duration.saturating_mul(1000);
        let end = id.millis.saturating_add(duration).max(now + CLEANING);
        known.push_back(Known { name, id, end });
        if known.len() > self.limits.entries {
            known.pop_front();
        }
        self.added += 1;
    }

    /// The producers with the entries that they have named.
    pub(crate) fn named(
        &self,
    ) -> impl Iterator<Item = (&SmallBytes, Vec<(&SmallBytes, StreamId)>)> {
        self.known.iter().filter_map(|(producer, known)| {
            let named = known.iter().filter_map(|known| match &known.name {
                EntryName::Given(name) => Some((name, known.id)),
                EntryName::Content(_) => None,
            });
            let named: Vec<_> = named.collect();
            (!named.is_empty()).then_some((producer, named))
        })
    }

    /// How many producers, and how many of their entries, are remembered.
    pub(crate) fn counts(&self, now: u64) -> (usize, usize) {
        let kept = |known: &VecDeque<Known>| known.iter().filter(|it| it.end > now).count();
        let counts = self.known.values().map(kept).filter(|count| *count > 0);
        counts.fold((0, 0), |(producers, entries), count| (producers + 1, entries + count))
    }

    fn forget(&mut self, now: u64) {
        self.known.retain(|_, known| {
            known.retain(|it| it.end > now);
            !known.is_empty()
        });
    }
}
