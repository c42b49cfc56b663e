//! The subscribers of patterns, with an index that skips most patterns that cannot match.
//!
//! A channel can match a pattern only if it has the pattern's literal bytes. So there is one index
//! for each [`Shape`] (how many literal bytes, and where); in it a pattern is found by the
//! fingerprint of these bytes. To find the patterns of a channel, its own fingerprints are computed
//! for every shape, and only the patterns with one of these are matched. Patterns without literal
//! bytes all have the same fingerprint.

mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::subscribers::Name;
use crate::glob;
use crate::state::ids::ClientKey;
use shape::Shape;

/// The subscribers of every pattern. A pattern without subscribers is removed.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    locations: BTreeMap<Name, Location>,
    indexes: BTreeMap<Shape, Index>,
    next_age: u64,
}

/// The index that holds a pattern, and its key there.
#[derive(Clone, Copy, Debug)]
struct Location {
    shape: Shape,
    key: IndexKey,
}

/// The fingerprint and the age of a pattern. The age separates patterns with the same fingerprint.
type IndexKey = (u64, u64);

/// The patterns of one shape.
type Index = BTreeMap<IndexKey, Entry>;

#[derive(Debug)]
struct Entry {
    pattern: Name,
    subscribers: Vec<ClientKey>,
}

impl Patterns {
    /// Adds `client`, which must not be a subscriber of `pattern` yet.
    pub(crate) fn join(&mut self, pattern: &Name, client: ClientKey) {
        let location = self.locations.entry(Name::clone(pattern)).or_insert_with(|| {
            let (shape, fingerprint) = Shape::of(pattern);
            self.next_age += 1;
            Location { shape, key: (fingerprint, self.next_age) }
        });
        let Location { shape, key } = *location;
        let index = self.indexes.entry(shape).or_default();
        index
            .entry(key)
            .or_insert_with(|| Entry { pattern: Name::clone(pattern), subscribers: Vec::new() })
            .subscribers
            .push(client);
    }

    /// Removes `client`, and the pattern after its last subscriber.
    pub(crate) fn leave(&mut self, pattern: &[u8], client: ClientKey) {
        let Some(Location { shape, key }) = self.locations.get(pattern) else { return };
        let Some(index) = self.indexes.get_mut(shape) else { return };
        let Some(entry) = index.get_mut(key) else { return };
        entry.subscribers.retain(|subscriber| *subscriber != client);
        if entry.subscribers.is_empty() {
            index.remove(key);
            if index.is_empty() {
                self.indexes.remove(shape);
            }
            self.locations.remove(pattern);
        }
    }

    /// The patterns that match `channel`, each with its subscribers, oldest pattern first. A
    /// pattern with more than `max_stars` stars matches nothing.
    ///
    /// Redis promises no order of patterns; this order is the same in every run.
    pub(crate) fn matching<'a>(
        &'a self,
        channel: &'a [u8],
        max_stars: usize,
    ) -> impl Iterator<Item = (&'a Name, &'a [ClientKey])> {
        let mut found = Vec::new();
        for (shape, index) in &self.indexes {
            let Some(split) = shape.split(channel) else { continue };
            if split.max_fingerprints() >= index.len() {
                found.extend(matching(index.iter(), channel, max_stars));
                continue;
            }
            for fingerprint in split.fingerprints() {
                let keys = (fingerprint, u64::MIN)..=(fingerprint, u64::MAX);
                found.extend(matching(index.range(keys), channel, max_stars));
            }
        }
        found.sort_unstable_by_key(|(age, _)| *age);
        found.into_iter().map(|(_, entry)| (&entry.pattern, entry.subscribers.as_slice()))
    }

    pub(crate) fn subscribers(&self, pattern: &[u8]) -> &[ClientKey] {
        self.locations
            .get(pattern)
            .and_then(|location| self.indexes.get(&location.shape)?.get(&location.key))
            .map_or(&[], |entry| &entry.subscribers)
    }

    /// The registry's copy of a pattern, so that all subscribers share one.
    pub(crate) fn shared(&self, pattern: &[u8]) -> Name {
        self.locations
            .get_key_value(pattern)
            .map_or_else(|| pattern.into(), |(name, _)| Name::clone(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.locations.keys()
    }

    pub(crate) fn len(&self) -> usize {
        self.locations.len()
    }
}

/// The `entries` that match the channel, each with its age.
fn matching<'a>(
    entries: impl Iterator<Item = (&'a IndexKey, &'a Entry)>,
    channel: &[u8],
    max_stars: usize,
) -> impl Iterator<Item = (u64, &'a Entry)> {
    entries
        .filter(move |(_, entry)| glob::matches_with(max_stars, &entry.pattern, channel))
        .map(|((_, age), entry)| (*age, entry))
}
