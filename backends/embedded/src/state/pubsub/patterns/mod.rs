//! Who listens to which pattern, found without a look at the idle ones.
//!
//! Whatever a pattern matches has the pattern's literal bytes. So patterns stand on shelves, one
//! for each [`Shape`] (how many literal bytes, and where), and on its shelf a pattern stands at
//! the fingerprint of these bytes. A channel is asked for its own fingerprints in every shape, and
//! only what stands there is matched. Patterns without literal bytes all stand in one place.

mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::subscribers::Name;
use crate::glob;
use crate::state::ids::ClientKey;
use shape::Shape;

/// The subscribers of every pattern. A pattern without subscribers is not there.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    places: BTreeMap<Name, Place>,
    shelves: BTreeMap<Shape, Shelf>,
    next_age: u64,
}

/// Where a pattern stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    shape: Shape,
    spot: Spot,
}

/// A fingerprint, and the pattern's age: it keeps apart whose fingerprints are the same.
type Spot = (u64, u64);

/// The patterns of one shape.
type Shelf = BTreeMap<Spot, Entry>;

#[derive(Debug)]
struct Entry {
    pattern: Name,
    subscribers: Vec<ClientKey>,
}

impl Patterns {
    /// Adds `client`, which must not listen to `pattern` yet.
    pub(crate) fn join(&mut self, pattern: &Name, client: ClientKey) {
        let Place { shape, spot } = *self.places.entry(Name::clone(pattern)).or_insert_with(|| {
            let (shape, fingerprint) = Shape::of(pattern);
            self.next_age += 1;
            Place { shape, spot: (fingerprint, self.next_age) }
        });
        let shelf = self.shelves.entry(shape).or_default();
        shelf
            .entry(spot)
            .or_insert_with(|| Entry { pattern: Name::clone(pattern), subscribers: Vec::new() })
            .subscribers
            .push(client);
    }

    /// Removes `client` and, after the last one, the pattern.
    pub(crate) fn leave(&mut self, pattern: &[u8], client: ClientKey) {
        let Some(Place { shape, spot }) = self.places.get(pattern) else { return };
        let Some(shelf) = self.shelves.get_mut(shape) else { return };
        let Some(entry) = shelf.get_mut(spot) else { return };
        entry.subscribers.retain(|listener| *listener != client);
        if entry.subscribers.is_empty() {
            shelf.remove(spot);
            if shelf.is_empty() {
                self.shelves.remove(shape);
            }
            self.places.remove(pattern);
        }
    }

    /// The patterns of so many stars at most that match `channel`, each with its subscribers, oldest
    /// pattern first.
    ///
    /// Redis promises no order among them; this one is the same in every run.
    pub(crate) fn matching<'a>(
        &'a self,
        channel: &'a [u8],
        max_stars: usize,
    ) -> impl Iterator<Item = (&'a Name, &'a [ClientKey])> {
        let mut found = Vec::new();
        for (shape, shelf) in &self.shelves {
            let Some(cut) = shape.cut(channel) else { continue };
            if cut.places() >= shelf.len() {
                found.extend(matching(shelf.iter(), channel, max_stars));
                continue;
            }
            for fingerprint in cut.fingerprints() {
                let spots = (fingerprint, u64::MIN)..=(fingerprint, u64::MAX);
                found.extend(matching(shelf.range(spots), channel, max_stars));
            }
        }
        found.sort_unstable_by_key(|(age, _)| *age);
        found.into_iter().map(|(_, entry)| (&entry.pattern, entry.subscribers.as_slice()))
    }

    pub(crate) fn subscribers(&self, pattern: &[u8]) -> &[ClientKey] {
        self.places
            .get(pattern)
            .and_then(|place| self.shelves.get(&place.shape)?.get(&place.spot))
            .map_or(&[], |entry| &entry.subscribers)
    }

    /// The name as the hub holds it, so that subscribers share one copy of it.
    pub(crate) fn shared(&self, pattern: &[u8]) -> Name {
        self.places
            .get_key_value(pattern)
            .map_or_else(|| pattern.into(), |(name, _)| Name::clone(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.places.keys()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}

/// Those of `entries` that do match, each behind its age.
fn matching<'a>(
    entries: impl Iterator<Item = (&'a Spot, &'a Entry)>,
    channel: &[u8],
    max_stars: usize,
) -> impl Iterator<Item = (u64, &'a Entry)> {
    entries
        .filter(move |(_, entry)| glob::matches_with(max_stars, &entry.pattern, channel))
        .map(|((_, age), entry)| (*age, entry))
}
