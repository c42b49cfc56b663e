//! Clients that wait until a key has a value, as after `BLPOP`.
//!
//! ```text
//!   running ── start_waiting ──► waiting ──► key_changed ──► its request runs again ─┬─► resumed
//!                                   │  ▲                                            │
//!                                   │  └───────────── nothing for it ◄──────────────┘
//!                                   └── timeout, CLIENT UNBLOCK ──► resumed
//! ```
//!
//! A resumed client continues with the input that arrived meanwhile. Waiting costs nothing: a change
//! of a key looks the key up among those that a client waits for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::State;
use crate::state::ids::ClientKey;
use crate::state::keyspace::{SmallBytes, Value};
use crate::time::Timestamp;
use crate::wire::{ErrorReply, Reply, Request};

/// All that a client waits for.
#[derive(Debug)]
pub(crate) struct Wait {
    /// The request that runs again.
    pub(crate) request: Request,
    pub(crate) database: usize,
    pub(crate) keys: Vec<SmallBytes>,
    /// The type that the value of a key must have.
    pub(crate) type_name: &'static str,
    /// The request also runs again when a key has no such value any more.
    pub(crate) ends_when_gone: bool,
    /// `None` to wait for ever.
    pub(crate) deadline: Option<Timestamp>,
    /// Writes the reply to a request that waited in vain.
    pub(crate) on_timeout: fn(&mut Reply<'_>),
}

/// The clients that wait for keys.
#[derive(Debug, Default)]
pub(crate) struct Blocked {
    /// By database and key; the client that has waited longest comes first.
    waiting: BTreeMap<usize, HashMap<SmallBytes, Vec<ClientKey>, RandomState>>,
    deadlines: BTreeSet<(Timestamp, ClientKey)>,
    /// Keys that count as changed at a time, by database.
    due: BTreeSet<(Timestamp, usize, SmallBytes)>,
    /// Keys that changed while a client waited for them, in the order of their changes.
    changed: Vec<(usize, SmallBytes)>,
    /// Clients that wait no longer, and whose further input must be run.
    resumed: Vec<ClientKey>,
    clients: usize,
}

impl Blocked {
    /// How many clients wait.
    pub(crate) fn len(&self) -> usize {
        self.clients
    }

    /// How many keys clients wait for.
    pub(crate) fn keys(&self) -> usize {
        self.waiting.values().map(HashMap::len).sum()
    }

    /// Records the change of a key, if a client waits for it.
    #[inline]
    pub(crate) fn key_changed(&mut self, database: usize, key: &[u8]) {
        if self.clients > 0 && self.waits_for(database, key) {
            let known = self.changed.iter().any(|(db, name)| *db == database && **name == *key);
            if !known {
                self.changed.push((database, key.into()));
            }
        }
    }

    /// Lets a key count as changed at a time.
    pub(crate) fn change_at(&mut self, at: Timestamp, database: usize, key: &[u8]) {
        self.due.insert((at, database, key.into()));
    }

    /// Records the keys that count as changed by now.
    pub(super) fn change_due(&mut self, now: Timestamp) {
        while self.due.first().is_some_and(|(at, ..)| *at <= now)
            && let Some((_, database, key)) = self.due.pop_first()
        {
            self.key_changed(database, &key);
        }
    }

    /// Records that every key of a database may have changed.
    pub(super) fn database_changed(&mut self, database: usize) {
        let keys = self.waiting.get(&database).into_iter().flat_map(HashMap::keys);
        self.changed.extend(keys.map(|key| (database, key.clone())));
    }

    fn waits_for(&self, database: usize, key: &[u8]) -> bool {
        self.waiting.get(&database).is_some_and(|keys| keys.contains_key(key))
    }

    /// Whether a client may be served.
    #[inline]
    pub(crate) fn has_changes(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Takes the keys that have changed, each with its database.
    pub(crate) fn take_changed(&mut self) -> Vec<(usize, SmallBytes)> {
        std::mem::take(&mut self.changed)
    }

    /// The clients that wait for a key, the longest waiting first.
    pub(crate) fn waiting_for(&self, database: usize, key: &[u8]) -> Vec<ClientKey> {
        let clients = self.waiting.get(&database).and_then(|keys| keys.get(key));
        clients.cloned().unwrap_or_default()
    }

    /// Takes the clients that wait no longer.
    pub(crate) fn take_resumed(&mut self) -> Vec<ClientKey> {
        std::mem::take(&mut self.resumed)
    }

    /// When the next client has waited long enough, or may be served although nothing happens.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let deadline = self.deadlines.first().map(|(deadline, _)| *deadline);
        deadline.into_iter().chain(self.due.first().map(|(at, ..)| *at)).min()
    }
}

impl State {
    /// How many keys clients wait for whose wait ends when the key is gone.
    pub(crate) fn keys_that_must_stay(&self) -> usize {
        let ends = |client: &ClientKey| {
            self.clients[*client].wait.as_ref().is_some_and(|wait| wait.ends_when_gone)
        };
        let clients = self.blocked.waiting.values().flat_map(HashMap::values);
        clients.filter(|clients| clients.iter().any(ends)).count()
    }

    pub(crate) fn start_waiting(&mut self, client: ClientKey, wait: Wait) {
        let Blocked { waiting, deadlines, clients, .. } = &mut self.blocked;
        let keys = waiting.entry(wait.database).or_default();
        for key in &wait.keys {
            keys.entry(key.clone()).or_default().push(client);
        }
        deadlines.extend(wait.deadline.map(|deadline| (deadline, client)));
        *clients += 1;
        self.clients[client].wait = Some(Box::new(wait));
    }

    /// Ends the wait of a client, if it waits. It gets no reply.
    pub(crate) fn stop_waiting(&mut self, client: ClientKey) -> Option<Box<Wait>> {
        let wait = self.clients.get_mut(client)?.wait.take()?;
        let Blocked { waiting, deadlines, clients, .. } = &mut self.blocked;
        if let Some(keys) = waiting.get_mut(&wait.database) {
            for key in &wait.keys {
                let Some(others) = keys.get_mut(key) else { continue };
                others.retain(|other| *other != client);
                if others.is_empty() {
                    keys.remove(key);
                }
            }
        }
        if let Some(deadline) = wait.deadline {
            deadlines.remove(&(deadline, client));
        }
        *clients -= 1;
        Some(wait)
    }

    /// Lets a client that waited run its further input.
    pub(crate) fn resume_client(&mut self, client: ClientKey) {
        self.clients[client].command_done();
        self.blocked.resumed.push(client);
    }

    /// Whether a key has a value for a client that waits for it. A value whose time is over, and that is
    /// kept, ends when the client is served, on servers that serve it from this key.
    pub(crate) fn is_ready(
        &mut self,
        client: ClientKey,
        database: usize,
        key: &[u8],
        now: Timestamp,
    ) -> bool {
        let wait = self.clients.get(client).and_then(|client| client.wait.as_ref());
        let Some(wait) = wait else { return false };
        let ends_kept = self.profile.serves_the_changed_key;
        let keys = self.keyspace.database(database);
        let is_over = keys.is_over(key, now);
        let value = keys.get(key).filter(|_| ends_kept || !is_over);
        let has_type = value.is_some_and(|value: &Value| value.type_name() == wait.type_name);
        has_type || wait.ends_when_gone
    }

    /// Ends a wait as if its time were over; false if the client does not wait.
    pub(crate) fn time_out(&mut self, client: ClientKey) -> bool {
        let Some(wait) = self.stop_waiting(client) else { return false };
        (wait.on_timeout)(&mut self.reply_to(client));
        self.resume_client(client);
        true
    }

    /// Ends a wait with an error; false if the client does not wait.
    pub(crate) fn unblock_with(&mut self, client: ClientKey, error: &ErrorReply) -> bool {
        let waited = self.stop_waiting(client).is_some();
        if waited {
            self.reply_error(client, error);
            self.resume_client(client);
        }
        waited
    }

    /// Ends the waits whose time is over.
    pub(super) fn time_out_waits(&mut self, now: Timestamp) {
        while let Some((deadline, client)) = self.blocked.deadlines.first().copied()
            && deadline <= now
        {
            self.blocked.deadlines.pop_first();
            self.time_out(client);
        }
    }
}
