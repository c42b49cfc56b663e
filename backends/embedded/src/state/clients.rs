//! The connected clients.

use std::ops::{Index, IndexMut};
use std::path::PathBuf;

use slab::Slab;

use crate::profile::{Behaviour, VainQueue};
use crate::state::client::{Client, CloseMode, Peer};
use crate::state::ids::ClientKey;
use crate::state::session::{Session, Watch};
use crate::time::Timestamp;

/// The connected clients, and those of them that the event loop must serve next.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    slab: Slab<Client>,
    last_id: u64,
    marked: Vec<ClientKey>,
    /// The client that the commands of scripts come from, since the first script.
    script: Option<ClientKey>,
    /// Whether a client may watch a key. A change of a key costs nothing without one.
    may_watch: bool,
    /// A broken watch also drops what its transaction has queued.
    drops_vain_queues: bool,
}

impl Clients {
    pub(super) fn new(profile: &Behaviour) -> Self {
        let drops_vain_queues = profile.vain_queue == VainQueue::IsDropped;
        Self { drops_vain_queues, ..Self::default() }
    }

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

    /// The client that the commands of scripts come from.
    #[cfg(feature = "scripts")]
    pub(crate) fn of_scripts(&mut self, now: Timestamp) -> ClientKey {
        let Self { slab, script, .. } = self;
        *script.get_or_insert_with(|| {
            let client = Client::new(0, Peer::Script, -1, Session::new(true), now);
            ClientKey(slab.insert(client))
        })
    }

    /// Adds the client that a request of the handle runs as. It uses up no ID.
    pub(super) fn add_handle(&mut self, session: Session, now: Timestamp) -> ClientKey {
        let peer = Peer::Unix(PathBuf::new());
        ClientKey(self.slab.insert(Client::new(0, peer, -1, session, now)))
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

    /// The number of clients with a connection.
    pub(crate) fn len(&self) -> usize {
        self.slab.len() - usize::from(self.script.is_some())
    }

    /// Every client, in no order.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (ClientKey, &mut Client)> {
        self.slab.iter_mut().map(|(index, client)| (ClientKey(index), client))
    }

    /// The watched keys of a client, to be changed.
    pub(crate) fn watch_of(&mut self, key: ClientKey) -> &mut Watch {
        self.may_watch = true;
        self[key].session.watch.get_or_insert_default()
    }

    /// Breaks every watch of a changed key.
    #[inline]
    pub(super) fn break_watches(&mut self, touched: impl Fn(usize, &[u8]) -> bool) {
        self.break_watches_by(false, touched);
    }

    /// Breaks every watch of a key that is touched because a whole database changes.
    pub(super) fn break_watches_of_databases(&mut self, touched: impl Fn(usize, &[u8]) -> bool) {
        self.break_watches_by(true, touched);
    }

    #[inline]
    fn break_watches_by(&mut self, whole: bool, touched: impl Fn(usize, &[u8]) -> bool) {
        if self.may_watch {
            self.may_watch = false;
            for (_, Client { session, .. }) in &mut self.slab {
                let Some(watch) = &mut session.watch else { continue };
                let is_touched = watch.break_if(whole, &touched);
                self.may_watch |= !watch.keys.is_empty();
                if is_touched
                    && self.drops_vain_queues
                    && let Some(transaction) = &mut session.transaction
                {
                    transaction.drop_queue();
                }
            }
        }
    }

    /// The keys that clients watch, each with its database.
    pub(super) fn watched(&self) -> Vec<(usize, Box<[u8]>)> {
        let watches = self.slab.iter().filter_map(|(_, client)| client.session.watch.as_ref());
        watches.flat_map(|watch| watch.keys.iter().cloned()).collect()
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

    pub(super) fn has_marked_only(&self, key: ClientKey) -> bool {
        *self.marked == [key]
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
