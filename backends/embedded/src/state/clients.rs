//! The connected clients.

use std::ops::{Index, IndexMut};

use slab::Slab;

use crate::state::client::{Client, CloseMode, Peer};
use crate::state::ids::ClientKey;
use crate::state::session::Session;
use crate::time::Timestamp;

/// The connected clients, and those of them that the event loop must serve next.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    slab: Slab<Client>,
    last_id: u64,
    marked: Vec<ClientKey>,
}

impl Clients {
    pub(super) fn add(
        &mut self,
        peer: Peer,
        fd: i32,
        session: Session,
        now: Timestamp,
    ) -> ClientKey {
        self.last_id += 1;
        ClientKey(self.slab.insert(Client::new(self.last_id, peer, fd, session, now)))
    }

    pub(super) fn remove(&mut self, key: ClientKey) -> Option<Client> {
        self.slab.try_remove(key.0)
    }

    pub(crate) fn get(&self, key: ClientKey) -> Option<&Client> {
        self.slab.get(key.0)
    }

    pub(crate) fn get_mut(&mut self, key: ClientKey) -> Option<&mut Client> {
        self.slab.get_mut(key.0)
    }

    /// The clients that others still see, oldest first.
    pub(crate) fn present(&self) -> Vec<(ClientKey, &Client)> {
        let mut present: Vec<_> = self
            .slab
            .iter()
            .map(|(index, client)| (ClientKey(index), client))
            .filter(|(_, client)| client.is_present())
            .collect();
        present.sort_unstable_by_key(|(_, client)| client.id);
        present
    }

    pub(crate) fn by_id(&self, id: u64) -> Option<ClientKey> {
        self.slab
            .iter()
            .find(|(_, client)| client.id == id && client.is_present())
            .map(|(index, _)| ClientKey(index))
    }

    pub(crate) fn len(&self) -> usize {
        self.slab.len()
    }

    /// Every client, in no order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (ClientKey, &mut Client)> {
        self.slab.iter_mut().map(|(index, client)| (ClientKey(index), client))
    }

    /// Breaks every watch that holds a touched key.
    pub(super) fn break_watches(&mut self, touched: impl Fn(usize, &[u8]) -> bool) {
        for (_, client) in self.iter_mut() {
            if let Some(watch) = &mut client.session.watch {
                watch.break_if(&touched);
            }
        }
    }

    /// Marks a client for the event loop: it has output, or must be closed.
    #[inline]
    pub(crate) fn mark(&mut self, key: ClientKey) {
        let client = &mut self.slab[key.0];
        if !client.marked {
            client.marked = true;
            self.marked.push(key);
        }
    }

    /// Closes a client in this mode. [`CloseMode::Now`] is final; other modes replace each other.
    pub(crate) fn close(&mut self, key: ClientKey, close_mode: CloseMode) {
        let client = &mut self[key];
        if client.close_mode != Some(CloseMode::Now) {
            client.close_mode = Some(close_mode);
        }
        if close_mode == CloseMode::Now {
            client.output.clear();
        }
        self.mark(key);
    }

    /// Closes a client that sent `QUIT`, or killed itself, and whose reply was suppressed. It has
    /// no output whose end would close it, so it stays until the server has something to send to
    /// it.
    pub(crate) fn close_silent_quitter(&mut self, key: ClientKey) {
        let client = &self[key];
        if client.close_mode == Some(CloseMode::AfterOutput) && client.output.is_empty() {
            self.close(key, CloseMode::Now);
        }
    }

    /// Moves the clients that were marked since the last call to `into`.
    pub(super) fn take_marked(&mut self, into: &mut Vec<ClientKey>) {
        into.append(&mut self.marked);
        for key in into {
            if let Some(client) = self.slab.get_mut(key.0) {
                client.marked = false;
            }
        }
    }

    pub(super) fn has_marked(&self) -> bool {
        !self.marked.is_empty()
    }
}

impl Index<ClientKey> for Clients {
    type Output = Client;

    fn index(&self, key: ClientKey) -> &Client {
        &self.slab[key.0]
    }
}

impl IndexMut<ClientKey> for Clients {
    fn index_mut(&mut self, key: ClientKey) -> &mut Client {
        &mut self.slab[key.0]
    }
}
