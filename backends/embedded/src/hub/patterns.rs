//! Who listens to which pattern.

use std::collections::{BTreeMap, HashMap};

use super::audience::Name;
use crate::client::ClientKey;
use crate::glob;

/// The listeners of every pattern, oldest pattern first.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    ages: HashMap<Name, u64>,
    by_age: BTreeMap<u64, Entry>,
    next_age: u64,
}

#[derive(Debug)]
struct Entry {
    pattern: Name,
    listeners: Vec<ClientKey>,
}

impl Patterns {
    /// Adds `client`, which must not listen to `pattern` yet.
    pub(crate) fn join(&mut self, pattern: &Name, client: ClientKey) {
        let age = *self.ages.entry(Name::clone(pattern)).or_insert_with(|| {
            self.next_age += 1;
            self.next_age
        });
        self.by_age
            .entry(age)
            .or_insert_with(|| Entry { pattern: Name::clone(pattern), listeners: Vec::new() })
            .listeners
            .push(client);
    }

    /// Removes `client` and, after the last one, the pattern.
    pub(crate) fn leave(&mut self, pattern: &[u8], client: ClientKey) {
        let Some(age) = self.ages.get(pattern).copied() else { return };
        let Some(entry) = self.by_age.get_mut(&age) else { return };
        entry.listeners.retain(|listener| *listener != client);
        if entry.listeners.is_empty() {
            self.by_age.remove(&age);
            self.ages.remove(pattern);
        }
    }

    /// The patterns that match `channel`, each with its listeners, oldest first.
    pub(crate) fn matching<'a>(
        &'a self,
        channel: &'a [u8],
    ) -> impl Iterator<Item = (&'a Name, &'a [ClientKey])> {
        self.by_age
            .values()
            .filter(|entry| glob::matches(&entry.pattern, channel))
            .map(|entry| (&entry.pattern, entry.listeners.as_slice()))
    }

    pub(crate) fn listeners(&self, pattern: &[u8]) -> &[ClientKey] {
        self.ages
            .get(pattern)
            .and_then(|age| self.by_age.get(age))
            .map_or(&[], |entry| &entry.listeners)
    }

    pub(crate) fn shared(&self, pattern: &[u8]) -> Name {
        self.ages
            .get_key_value(pattern)
            .map_or_else(|| pattern.into(), |(name, _)| Name::clone(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.by_age.values().map(|entry| &entry.pattern)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_age.len()
    }
}
