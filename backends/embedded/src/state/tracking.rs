//! `CLIENT TRACKING`: tells clients that cache keys when these keys change.

use std::collections::{BTreeMap, HashMap};

use super::State;
use crate::state::ids::ClientKey;
use crate::state::pubsub::Message;
use crate::state::session::{Tracking, TrackingMode};
use crate::time::Timestamp;
use crate::wire::{Protocol, Reply};

/// The channel on which RESP2 clients get the invalidations of other clients.
const CHANNEL: &str = "__redis__:invalidate";

/// The keys that clients cache, and the clients that cache them.
#[derive(Debug, Default)]
pub(crate) struct TrackingTable {
    /// The clients that have read a key since its last change, by client id. Databases are not told
    /// apart: a name stands for the keys of that name in all of them.
    readers: HashMap<Box<[u8]>, BTreeMap<u64, ClientKey>>,
    /// The clients in broadcast mode, by key prefix.
    prefixes: BTreeMap<Box<[u8]>, Prefix>,
    /// Invalidations for the current client, sent after its reply.
    own: Vec<Invalidation>,
}

#[derive(Debug, Default)]
struct Prefix {
    clients: Vec<ClientKey>,
    /// The keys that changed in this round, each with the client that changed it last.
    changed: BTreeMap<Box<[u8]>, Option<ClientKey>>,
}

/// The keys to drop from a cache.
#[derive(Debug)]
enum Invalidation {
    Keys(Vec<Box<[u8]>>),
    Everything,
}

impl TrackingTable {
    /// Whether no client tracks any key.
    pub(crate) fn is_empty(&self) -> bool {
        self.readers.is_empty() && self.prefixes.is_empty()
    }

    /// How many keys are tracked because a client read them.
    pub(crate) fn keys(&self) -> usize {
        self.readers.len()
    }

    /// How many pairs of a tracked key and a reader there are.
    pub(crate) fn reads(&self) -> usize {
        self.readers.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn prefixes(&self) -> usize {
        self.prefixes.len()
    }
}

impl State {
    /// Starts tracking for a client, or changes its options. Its earlier prefixes stay.
    pub(crate) fn track(&mut self, key: ClientKey, mut tracking: Tracking) {
        for prefix in &tracking.prefixes {
            let clients =
                &mut self.tracking_table.prefixes.entry(prefix.clone()).or_default().clients;
            // A client may ask for the same prefix again.
            if !clients.contains(&key) {
                clients.push(key);
            }
        }
        let session = &mut self.clients[key].session;
        if let Some(before) = &mut session.tracking {
            tracking.caching_override = before.caching_override;
            tracking.prefixes.append(&mut before.prefixes);
        }
        session.tracking = Some(Box::new(tracking));
    }

    /// The opposite of [`State::track`]. The keys that the client read stay in the table until they
    /// change.
    pub(crate) fn stop_tracking(&mut self, key: ClientKey) {
        let Some(tracking) = self.clients[key].session.tracking.take() else { return };
        for name in &tracking.prefixes {
            let Some(prefix) = self.tracking_table.prefixes.get_mut(name) else { continue };
            prefix.clients.retain(|client| *client != key);
            if prefix.clients.is_empty() {
                self.tracking_table.prefixes.remove(name);
            }
        }
    }

    /// Remembers the keys that a client has read, if it tracks them.
    pub(crate) fn track_reads<'a>(
        &mut self,
        reader: ClientKey,
        keys: impl Iterator<Item = &'a [u8]>,
    ) {
        let client = &self.clients[reader];
        if client.session.tracking.as_ref().is_some_and(|tracking| tracking.tracks_reads()) {
            for key in keys {
                self.tracking_table
                    .readers
                    .entry(key.into())
                    .or_default()
                    .insert(client.id, reader);
            }
        }
    }

    /// Keeps the number of tracked keys within the limit: invalidates any of them, as if they had
    /// changed.
    pub(crate) fn evict_tracked_keys(&mut self, now: Timestamp) {
        let limit = self.config.tracked_keys;
        while limit > 0 && self.tracking_table.readers.len() > limit {
            let Some(key) = self.tracking_table.readers.keys().next().cloned() else { return };
            self.invalidate_readers(&key, None, now);
        }
    }

    /// Invalidates a key that has changed in all caches. In broadcast mode, what a script changes is no
    /// client's own change.
    #[inline]
    pub(crate) fn invalidate(&mut self, key: &[u8], writer: Option<ClientKey>, now: Timestamp) {
        if self.tracking_table.is_empty() {
            return;
        }
        let broadcast_writer = writer.filter(|_| !self.runs_script());
        for (start, prefix) in &mut self.tracking_table.prefixes {
            if key.starts_with(start) {
                prefix.changed.insert(key.into(), broadcast_writer);
            }
        }
        self.invalidate_readers(key, writer, now);
    }

    #[cfg(feature = "scripts")]
    fn runs_script(&self) -> bool {
        self.scripts.running.is_some()
    }

    #[cfg(not(feature = "scripts"))]
    fn runs_script(&self) -> bool {
        false
    }

    /// Invalidates a key in the caches of the clients that have read it.
    fn invalidate_readers(&mut self, key: &[u8], writer: Option<ClientKey>, now: Timestamp) {
        for (id, reader) in self.tracking_table.readers.remove(key).unwrap_or_default() {
            let client = self.clients.get(reader).filter(|client| client.id == id);
            let tracking = client.and_then(|client| client.session.tracking.as_deref());
            let is_due = tracking.is_some_and(|tracking| {
                tracking.mode != TrackingMode::Broadcast
                    && !(tracking.noloop && writer == Some(reader))
            });
            if is_due {
                self.invalidate_client(reader, Invalidation::Keys(vec![key.into()]), now);
            }
        }
    }

    /// Tells every tracking client to drop its whole cache, after a flush of any database.
    pub(super) fn invalidate_all(&mut self, now: Timestamp) {
        self.tracking_table.readers.clear();
        let clients = self.clients.iter_mut();
        let trackers: Vec<ClientKey> = clients
            .filter(|(_, client)| client.session.tracking.is_some())
            .map(|(key, _)| key)
            .collect();
        for tracker in trackers {
            self.invalidate_client(tracker, Invalidation::Everything, now);
        }
    }

    /// Sends an invalidation; the current client gets it after its reply.
    fn invalidate_client(&mut self, tracker: ClientKey, stale: Invalidation, now: Timestamp) {
        if self.current_client == Some(tracker) {
            self.tracking_table.own.push(stale);
        } else {
            self.send_invalidation(tracker, &stale, now);
        }
    }

    /// Sends the invalidations that waited for the client's reply.
    pub(super) fn send_own_invalidations(&mut self, key: ClientKey, now: Timestamp) {
        if self.tracking_table.own.is_empty() {
            return;
        }
        for stale in std::mem::take(&mut self.tracking_table.own) {
            self.send_invalidation(key, &stale, now);
        }
    }

    /// Ends a round: sends the changed keys to the clients in broadcast mode, prefix by prefix.
    pub(crate) fn send_broadcast_invalidations(&mut self, now: Timestamp) {
        if self.tracking_table.prefixes.is_empty() {
            return;
        }
        let changed: Vec<_> = self
            .tracking_table
            .prefixes
            .values_mut()
            .filter(|prefix| !prefix.changed.is_empty())
            .map(|prefix| (prefix.clients.clone(), std::mem::take(&mut prefix.changed)))
            .collect();
        for (clients, keys) in changed {
            for client in clients {
                let tracking = self.clients[client].session.tracking.as_ref();
                let noloop = tracking.is_some_and(|tracking| tracking.noloop);
                let others = keys.iter().filter(|(_, by)| !(noloop && **by == Some(client)));
                let others = others.map(|(key, _)| key).filter(|key| self.may_see(client, key));
                let keys: Vec<Box<[u8]>> = others.cloned().collect();
                if !keys.is_empty() {
                    self.send_invalidation(client, &Invalidation::Keys(keys), now);
                }
            }
        }
    }

    /// Whether a client in broadcast mode is told of this key. Some servers tell only of keys that its
    /// user may read.
    fn may_see(&self, client: ClientKey, key: &[u8]) -> bool {
        let profile = self.profile;
        let user = || self.access.user(self.clients[client].session.user);
        !profile.access.broadcasts_readable_keys || user().may_read(key, profile.max_stars)
    }

    /// Sends an invalidation to a client, or to the client that it redirects to.
    fn send_invalidation(&mut self, tracker: ClientKey, stale: &Invalidation, now: Timestamp) {
        let session = &mut self.clients[tracker].session;
        let protocol = session.protocol;
        let Some(redirect) = session.tracking.as_ref().map(|tracking| tracking.redirect) else {
            return;
        };
        let Some(receiver) = redirect.map_or(Some(tracker), |id| self.clients.by_id(id)) else {
            return self.send_broken_redirect(tracker, redirect.unwrap_or_default(), now);
        };
        let receiving = &self.clients[receiver].session;
        let mut frame = Vec::new();
        let mut reply = Reply::new(&mut frame, Protocol::Resp3);
        match receiving.protocol {
            Protocol::Resp3 => reply.push(2).bulk("invalidate"),
            Protocol::Resp2 if redirect.is_some() && receiving.is_subscriber() => {
                reply.push(3).bulk("message").bulk(CHANNEL)
            }
            Protocol::Resp2 => return,
        };
        match stale {
            Invalidation::Keys(keys) => {
                reply.array(keys.len());
                keys.iter().for_each(|key| _ = reply.bulk(key));
            }
            // The null is encoded in the tracking client's protocol, not in the receiver's.
            Invalidation::Everything => _ = Reply::new(&mut frame, protocol).null(),
        }
        self.deliver(receiver, &mut Message::encoded(frame), now);
    }

    fn send_broken_redirect(&mut self, tracker: ClientKey, redirect: u64, now: Timestamp) {
        let session = &mut self.clients[tracker].session;
        if let Some(tracking) = &mut session.tracking {
            tracking.is_broken = true;
        }
        if session.protocol == Protocol::Resp3 {
            let mut frame = Vec::new();
            let redirect = i64::try_from(redirect).unwrap_or(i64::MAX);
            let mut reply = Reply::new(&mut frame, Protocol::Resp3);
            reply.push(2).bulk("tracking-redir-broken").integer(redirect);
            self.deliver(tracker, &mut Message::encoded(frame), now);
        }
    }
}
