//! Who caches keys, and is told when they change: `CLIENT TRACKING`.

use std::collections::{BTreeMap, HashMap};

use super::State;
use crate::state::ids::ClientKey;
use crate::state::pubsub::Message;
use crate::state::session::{Tracking, TrackingMode};
use crate::time::Timestamp;
use crate::wire::{Protocol, Reply};

/// Where clients that speak RESP2 hear of what others track.
const CHANNEL: &str = "__redis__:invalidate";

/// What is known of the clients' caches.
#[derive(Debug, Default)]
pub(crate) struct TrackingTable {
    /// Who has read a key since it was changed last, by number. A name stands for the keys of that
    /// name in all databases.
    readers: HashMap<Box<[u8]>, BTreeMap<u64, ClientKey>>,
    /// Who is told of all keys that begin in the same way.
    prefixes: BTreeMap<Box<[u8]>, Prefix>,
    /// What who is speaking has made stale for itself, of which it hears behind the answer.
    own: Vec<Invalidation>,
}

#[derive(Debug, Default)]
struct Prefix {
    clients: Vec<ClientKey>,
    /// What has changed in this round, and who changed it first.
    changed: BTreeMap<Box<[u8]>, Option<ClientKey>>,
}

/// What a cache is not to hold any more.
#[derive(Debug)]
enum Invalidation {
    Keys(Vec<Box<[u8]>>),
    Everything,
}

impl TrackingTable {
    /// Whether nobody is to be told of any key.
    pub(crate) fn is_empty(&self) -> bool {
        self.readers.is_empty() && self.prefixes.is_empty()
    }

    /// How many keys somebody has read.
    pub(crate) fn keys(&self) -> usize {
        self.readers.len()
    }

    /// How often they were read by somebody else.
    pub(crate) fn reads(&self) -> usize {
        self.readers.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn prefixes(&self) -> usize {
        self.prefixes.len()
    }
}

impl State {
    /// From now on the client is told of keys, or is told otherwise. Prefixes that it has stay.
    pub(crate) fn track(&mut self, key: ClientKey, mut tracking: Tracking) {
        for prefix in &tracking.prefixes {
            let clients =
                &mut self.tracking_table.prefixes.entry(prefix.clone()).or_default().clients;
            // Whoever asks for all keys may do so again.
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

    /// The opposite of [`State::track`]. What the client has read is forgotten as it changes.
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

    /// A client that tracks keys has read some.
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

    /// Keys are remembered up to a limit. Beyond, some are taken for changed, no matter which.
    pub(crate) fn evict_tracked_keys(&mut self, now: Timestamp) {
        let most = self.config.tracked_keys;
        while most > 0 && self.tracking_table.readers.len() > most {
            let Some(key) = self.tracking_table.readers.keys().next().cloned() else { return };
            self.invalidate_readers(&key, None, now);
        }
    }

    /// A key has changed: nobody holds its value any more.
    pub(super) fn invalidate(&mut self, key: &[u8], writer: Option<ClientKey>, now: Timestamp) {
        if self.tracking_table.is_empty() {
            return;
        }
        for (start, prefix) in &mut self.tracking_table.prefixes {
            if key.starts_with(start) {
                prefix.changed.entry(key.into()).or_insert(writer);
            }
        }
        self.invalidate_readers(key, writer, now);
    }

    /// Whoever has read a key does not hold its value any more.
    fn invalidate_readers(&mut self, key: &[u8], writer: Option<ClientKey>, now: Timestamp) {
        for (id, reader) in self.tracking_table.readers.remove(key).unwrap_or_default() {
            let client = self.clients.get(reader).filter(|client| client.id == id);
            let tracking = client.and_then(|client| client.session.tracking.as_deref());
            let is_told = tracking.is_some_and(|tracking| {
                tracking.mode != TrackingMode::Broadcast
                    && !(tracking.noloop && writer == Some(reader))
            });
            if is_told {
                self.invalidate_client(reader, Invalidation::Keys(vec![key.into()]), now);
            }
        }
    }

    /// Every key is gone, at least those of one database: nobody holds any value any more.
    pub(super) fn invalidate_all(&mut self, now: Timestamp) {
        self.tracking_table.readers.clear();
        let everybody = self.clients.iter_mut();
        let trackers: Vec<ClientKey> = everybody
            .filter(|(_, client)| client.session.tracking.is_some())
            .map(|(key, _)| key)
            .collect();
        for tracker in trackers {
            self.invalidate_client(tracker, Invalidation::Everything, now);
        }
    }

    /// Who is speaking hears of it behind the answer.
    fn invalidate_client(&mut self, tracker: ClientKey, stale: Invalidation, now: Timestamp) {
        if self.current_client == Some(tracker) {
            self.tracking_table.own.push(stale);
        } else {
            self.send_invalidation(tracker, &stale, now);
        }
    }

    /// Tells who has spoken what it has made stale for itself.
    pub(super) fn send_own_invalidations(&mut self, key: ClientKey, now: Timestamp) {
        if self.tracking_table.own.is_empty() {
            return;
        }
        for stale in std::mem::take(&mut self.tracking_table.own) {
            self.send_invalidation(key, &stale, now);
        }
    }

    /// The round is over: tells of all keys that have changed, prefix by prefix.
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
                let keys: Vec<Box<[u8]>> = others.map(|(key, _)| key.clone()).collect();
                if !keys.is_empty() {
                    self.send_invalidation(client, &Invalidation::Keys(keys), now);
                }
            }
        }
    }

    /// Tells a client, or the one that it has named in its place.
    fn send_invalidation(&mut self, tracker: ClientKey, stale: &Invalidation, now: Timestamp) {
        let session = &mut self.clients[tracker].session;
        let protocol = session.protocol;
        let Some(redirect) = session.tracking.as_ref().map(|tracking| tracking.redirect) else {
            return;
        };
        let Some(receiver) = redirect.map_or(Some(tracker), |id| self.clients.by_id(id)) else {
            return self.send_broken_redirect(tracker, redirect.unwrap_or_default(), now);
        };
        let listener = &self.clients[receiver].session;
        let mut frame = Vec::new();
        let mut reply = Reply::new(&mut frame, Protocol::Resp3);
        match listener.protocol {
            Protocol::Resp3 => reply.push(2).bulk("invalidate"),
            Protocol::Resp2 if redirect.is_some() && listener.is_subscriber() => {
                reply.push(3).bulk("message").bulk(CHANNEL)
            }
            Protocol::Resp2 => return,
        };
        match stale {
            Invalidation::Keys(keys) => {
                reply.array(keys.len());
                keys.iter().for_each(|key| _ = reply.bulk(key));
            }
            // In the words of who tracks, whoever hears it.
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
