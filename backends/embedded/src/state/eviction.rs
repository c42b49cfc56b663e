//! How much memory all keys take, approximately, and which keys are removed when it is too much.

use std::collections::HashMap;

use fastrand::Rng;

use super::State;
use super::config::{Events, EvictionOrder, EvictionPolicy};
use super::keyspace::{Entry, SmallBytes};
use crate::time::Timestamp;

/// How many elements of a collection are measured.
const SAMPLES: usize = 5;
/// Up to how many keys are all compared, to find the one that is evicted next.
const EXACT: usize = 1000;
/// How many of more keys are compared.
const LOOKS: usize = 64;

/// The memory that keys took when they were last measured.
#[derive(Debug, Default)]
pub(super) struct MeasuredMemory {
    total: usize,
    sizes: HashMap<(usize, SmallBytes), usize>,
    /// The keys that have changed since.
    changed: Vec<(usize, SmallBytes)>,
}

/// The list of these lengths that has an item, when all are one list, and its place there.
fn within(item: usize, lengths: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    let mut left = item;
    for (index, length) in lengths.enumerate() {
        match left.checked_sub(length) {
            None => return Some((index, left)),
            Some(beyond) => left = beyond,
        }
    }
    None
}

impl State {
    /// The bytes of a server without keys.
    pub(crate) const STARTUP_MEMORY: usize = 1 << 20;

    /// The bytes that the server and its keys take, according to a few elements of each key.
    pub(crate) fn used_memory(&self) -> usize {
        let entries = (0..self.config.databases).flat_map(|index| self.keyspace.iter(index));
        Self::STARTUP_MEMORY + entries.map(|(key, entry)| entry.memory(key, SAMPLES)).sum::<usize>()
    }

    /// Whether the keys take more than `maxmemory`.
    pub(crate) fn is_out_of_memory(&mut self) -> bool {
        match usize::try_from(self.config.max_memory) {
            Ok(0) => {
                self.measured_memory = None;
                false
            }
            Ok(most) => self.measure() > most,
            Err(_) => false,
        }
    }

    /// Removes keys as `maxmemory-policy` says, until the others take no more than `maxmemory`.
    /// Returns false if they still do. While clients are paused nothing is evicted, and nothing
    /// refused.
    pub(crate) fn make_room(&mut self, now: Timestamp) -> bool {
        // This is no part of a command, so its client is told before the reply.
        let client = self.current_client.take();
        let mut has_room = true;
        while has_room && self.is_out_of_memory() && self.paused(now).is_none() {
            let evicted = self.next_evicted(now);
            has_room = evicted.is_some();
            if let Some((database, key)) = evicted {
                self.keyspace.database(database).remove(&key);
                self.key_evicted(database, &key, now);
            }
        }
        self.current_client = client;
        has_room
    }

    /// The memory that the server and its keys take, as [`used_memory`](Self::used_memory) has it.
    /// After the first time, only keys that have changed since are measured.
    fn measure(&mut self) -> usize {
        let Self { config, keyspace, measured_memory, .. } = self;
        let measured = measured_memory.get_or_insert_with(|| {
            let mut all =
                MeasuredMemory { total: Self::STARTUP_MEMORY, ..MeasuredMemory::default() };
            for index in 0..config.databases {
                all.changed.extend(keyspace.iter(index).map(|(key, _)| (index, key.clone())));
            }
            all
        });
        for (index, key) in measured.changed.drain(..) {
            let entry = keyspace.database(index).entry(&key);
            let size = entry.map(|entry| entry.memory(&key, SAMPLES));
            let place = (index, key);
            let before = match size {
                Some(size) => measured.sizes.insert(place, size),
                None => measured.sizes.remove(&place),
            };
            measured.total = measured.total + size.unwrap_or(0) - before.unwrap_or(0);
        }
        measured.total
    }

    /// The key that is evicted next; `None` if no key may be.
    ///
    /// A real server looks at a few keys at random. So does this one if there are many; the choice
    /// among a few is exact.
    fn next_evicted(&mut self, now: Timestamp) -> Option<(usize, SmallBytes)> {
        let Self { config, keyspace, random, .. } = self;
        let (eviction, databases) = (config.eviction, config.databases);
        let EvictionPolicy { volatile, order } = eviction.policy;
        let order = order?;
        if volatile && (0..databases).all(|index| keyspace.database(index).expiring() == 0) {
            return None;
        }
        let rank = |entry: &Entry, random: &mut Rng| match order {
            EvictionOrder::Usage | EvictionOrder::Modification => (0, entry.used()),
            EvictionOrder::Frequency => (entry.frequency(&eviction, now).into(), entry.used()),
            EvictionOrder::Random => (random.i64(..), 0),
            EvictionOrder::Expiry => (entry.expiry().unwrap_or(i64::MAX), 0),
        };
        let is_evictable = |entry: &Entry| !volatile || entry.expiry().is_some();
        let lengths = (0..databases).map(|index| keyspace.iter(index).len());
        let keys: usize = lengths.clone().sum();
        let looked_at = if keys > EXACT { LOOKS } else { 0 };
        let some = (0..looked_at).filter_map(|_| {
            let (index, place) = within(random.usize(..keys), lengths.clone())?;
            let (key, entry) = keyspace.iter(index).nth(place)?;
            is_evictable(entry).then_some((rank(entry, random), index, key))
        });
        let some = some.min_by_key(|(rank, ..)| *rank);
        let found = some.or_else(|| {
            let all = (0..databases).flat_map(|index| {
                keyspace.iter(index).map(move |(key, entry)| (index, key, entry))
            });
            let all = all.filter(|(.., entry)| is_evictable(entry));
            let ranked = all.map(|(index, key, entry)| (rank(entry, random), index, key));
            ranked.min_by_key(|(rank, ..)| *rank)
        });
        found.map(|(_, index, key)| (index, key.clone()))
    }

    /// Breaks the transactions that watch an evicted key, publishes its event and invalidates its
    /// cached values.
    fn key_evicted(&mut self, database: usize, key: &[u8], now: Timestamp) {
        self.stats.evicted_keys += 1;
        self.size_changed(database, key);
        self.clients.break_watches(|watched, name| watched == database && name == key);
        self.invalidate(key, None, now);
        self.notify_keyspace_event(Events::EVICTED, "evicted", database, key, now);
        self.blocked.key_changed(database, key);
    }

    /// Notes that the size of a key has changed.
    #[inline]
    pub(crate) fn size_changed(&mut self, database: usize, key: &[u8]) {
        if let Some(measured) = &mut self.measured_memory {
            measured.changed.push((database, key.into()));
        }
    }
}
