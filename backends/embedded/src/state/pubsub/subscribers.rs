//! The subscribers of names that are compared as they are: channels and shard channels.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::state::ids::ClientKey;

/// The name of a channel or pattern: any bytes, shared by the registry and the clients' lists.
pub(crate) type Name = Arc<[u8]>;

/// The subscribers of every name of one kind. A name without subscribers is removed.
#[derive(Debug, Default)]
pub(crate) struct Subscribers {
    subscribers: HashMap<Name, Vec<ClientKey>, RandomState>,
}

impl Subscribers {
    /// Adds `client`, which must not be a subscriber of `name` yet.
    pub(crate) fn join(&mut self, name: &Name, client: ClientKey) {
        match self.subscribers.get_mut(name) {
            Some(subscribers) => subscribers.push(client),
            None => {
                self.subscribers.insert(Name::clone(name), vec![client]);
            }
        }
    }

    /// Removes `client`, and the name after its last subscriber.
    pub(crate) fn leave(&mut self, name: &[u8], client: ClientKey) {
        let Some(subscribers) = self.subscribers.get_mut(name) else { return };
        if let Some(place) = subscribers.iter().position(|subscriber| *subscriber == client) {
            subscribers.remove(place);
        }
        if subscribers.is_empty() {
            self.subscribers.remove(name);
            self.shrink();
        }
    }

    pub(crate) fn subscribers(&self, name: &[u8]) -> &[ClientKey] {
        self.subscribers.get(name).map_or(&[], Vec::as_slice)
    }

    /// The registry's copy of a name, so that all subscribers share one.
    pub(crate) fn shared(&self, name: &[u8]) -> Name {
        self.subscribers
            .get_key_value(name)
            .map_or_else(|| name.into(), |(name, _)| Name::clone(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        self.subscribers.keys()
    }

    pub(crate) fn len(&self) -> usize {
        self.subscribers.len()
    }

    /// Frees the memory of a table that has become mostly empty.
    fn shrink(&mut self) {
        let capacity = self.subscribers.capacity();
        if capacity > 64 && self.subscribers.len() < capacity / 8 {
            self.subscribers.shrink_to(capacity / 4);
        }
    }
}
