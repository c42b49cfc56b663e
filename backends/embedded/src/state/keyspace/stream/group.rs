use std::collections::{BTreeMap, BTreeSet};

use super::StreamId;
use crate::state::keyspace::SmallBytes;

/// A consumer group: each new entry goes to one of its consumers, and stays pending until it is
/// acknowledged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// The last entry that was delivered.
    pub(crate) last_id: StreamId,
    /// How many entries of the stream's history the group has read; none if that is unknown.
    pub(crate) entries_read: Option<u64>,
    pub(crate) consumers: BTreeMap<SmallBytes, Consumer>,
    /// The entries that are not acknowledged. Each is also in its consumer's set; both change
    /// together.
    pending: BTreeMap<StreamId, Pending>,
    /// How many entries were made pending in all.
    deliveries: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Consumer {
    /// When it last tried to read or claim, in milliseconds since the Unix epoch.
    pub(crate) seen: u64,
    /// When it last got an entry.
    pub(crate) active: Option<u64>,
    pub(crate) pending: BTreeSet<StreamId>,
}

/// The delivery of an entry that is not acknowledged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    /// None if it was given back.
    pub(crate) consumer: Option<SmallBytes>,
    /// When it was delivered, in milliseconds since the Unix epoch.
    pub(crate) delivered: u64,
    /// How often it was delivered.
    pub(crate) count: u64,
    /// Orders the entries that were delivered at the same time.
    pub(crate) turn: u64,
}

impl Pending {
    /// How often the entry was delivered after one more delivery.
    pub(crate) fn next_count(&self) -> u64 {
        (self.count + 1).min(i64::MAX.unsigned_abs())
    }

    /// For how long the entry was not delivered, in milliseconds.
    pub(crate) fn idle(&self, now: u64) -> u64 {
        now.saturating_sub(self.delivered)
    }
}

impl Group {
    pub(crate) fn new(last_id: StreamId, entries_read: Option<u64>) -> Self {
        Self { last_id, entries_read, ..Self::default() }
    }

    /// Adds a consumer; false if it is there.
    pub(crate) fn add_consumer(&mut self, name: &[u8], now: u64) -> bool {
        if self.consumers.contains_key(name) {
            return false;
        }
        let consumer = Consumer { seen: now, active: None, pending: BTreeSet::new() };
        self.consumers.insert(name.into(), consumer);
        true
    }

    /// Removes a consumer and its pending entries. Returns the number of these.
    pub(crate) fn remove_consumer(&mut self, name: &[u8]) -> Option<usize> {
        let consumer = self.consumers.remove(name)?;
        for id in &consumer.pending {
            self.pending.remove(id);
        }
        Some(consumer.pending.len())
    }

    pub(crate) fn pending(&self) -> &BTreeMap<StreamId, Pending> {
        &self.pending
    }

    /// Delivers an entry to its consumer once more.
    pub(crate) fn deliver_again(&mut self, id: StreamId, now: u64) {
        if let Some(pending) = self.pending.get_mut(&id) {
            self.deliveries += 1;
            pending.turn = self.deliveries;
            pending.count = pending.next_count();
            pending.delivered = now;
        }
    }

    /// Makes an entry pending for a consumer of the group, whoever had it before.
    pub(crate) fn assign(&mut self, id: StreamId, mut pending: Pending) {
        self.acknowledge(id);
        self.deliveries += 1;
        pending.turn = self.deliveries;
        if let Some(consumer) = self.consumer_of(&pending) {
            consumer.pending.insert(id);
        }
        self.pending.insert(id, pending);
    }

    /// Makes an entry pending for no consumer, whoever had it before.
    pub(crate) fn release(&mut self, id: StreamId, count: u64) {
        self.assign(id, Pending { count, ..Pending::default() });
    }

    /// The entries that are pending for no consumer.
    pub(crate) fn released(&self) -> impl Iterator<Item = StreamId> {
        let released = self.pending.iter().filter(|(_, pending)| pending.consumer.is_none());
        released.map(|(id, _)| *id)
    }

    fn consumer_of(&mut self, pending: &Pending) -> Option<&mut Consumer> {
        self.consumers.get_mut(&**pending.consumer.as_ref()?)
    }

    /// Acknowledges an entry; false if it is not pending.
    pub(crate) fn acknowledge(&mut self, id: StreamId) -> bool {
        let Some(pending) = self.pending.remove(&id) else { return false };
        if let Some(consumer) = self.consumer_of(&pending) {
            consumer.pending.remove(&id);
        }
        true
    }

    /// Whether the group has read an entry and acknowledged it.
    pub(crate) fn is_done_with(&self, id: StreamId) -> bool {
        id <= self.last_id && !self.pending.contains_key(&id)
    }
}
