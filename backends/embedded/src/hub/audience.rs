//! Who listens to which name.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::client::ClientKey;

/// A channel's or pattern's name: any bytes, shared by the hub and the subscribers' own lists.
pub(crate) type Name = Arc<[u8]>;

/// The listeners of every name of one kind. A name without listeners is not there.
#[derive(Debug, Default)]
pub(crate) struct Audience {
    listeners: HashMap<Name, Vec<ClientKey>, RandomState>,
}

impl Audience {
    /// Adds `client`, which must not listen to `name` yet.
    pub(crate) fn join(&mut self, name: &Name, client: ClientKey) {
        match self.listeners.get_mut(name) {
            Some(listeners) => listeners.push(client),
            None => {
                self.listeners.insert(Name::clone(name), vec![client]);
            }
        }
    }

    /// Removes `client` and, after the last one, the name.
    pub(crate) fn leave(&mut self, name: &[u8], client: ClientKey) {
        let Some(listeners) = self.listeners.get_mut(name) else { return };
        if let Some(place) = listeners.iter().position(|listener| *listener == client) {
            listeners.remove(place);
        }
        if listeners.is_empty() {
            self.listeners.remove(name);
            self.give_back();
        }
    }

    pub(crate) fn listeners(&self, name: &[u8]) -> &[ClientKey] {
        self.listeners.get(name).map_or(&[], Vec::as_slice)
    }

    /// The name as the hub holds it, so that subscribers share one copy of it.
    pub(crate) fn shared(&self, name: &[u8]) -> Name {
        self.listeners
            .get_key_value(name)
            .map_or_else(|| name.into(), |(name, _)| Name::clone(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.listeners.keys()
    }

    pub(crate) fn len(&self) -> usize {
        self.listeners.len()
    }

    /// A hundred thousand names that came and went leave no table behind.
    fn give_back(&mut self) {
        let capacity = self.listeners.capacity();
        if capacity > 64 && self.listeners.len() < capacity / 8 {
            self.listeners.shrink_to(capacity / 4);
        }
    }
}
