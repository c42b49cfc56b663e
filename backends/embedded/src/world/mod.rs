//! The pure core: bytes in, bytes out, in one global order.
//!
//! No socket, no clock, no thread. The rim tells the world who connected, what arrived and what time
//! it is; the world marks the clients that have something to be written or are to be closed.
//! Reading order: this file, [`clients`], [`publish`] (messages on their way), [`limits`] (who is
//! closed for being slow or idle), [`monitors`] (who sees every command), [`tracking`] (who caches
//! keys), [`pause`] (who has to wait), [`access`] (whose user has lost something), [`faults`] (what a
//! test asked to go wrong).

mod access;
mod clients;
mod events;
mod faults;
mod limits;
mod monitors;
mod pause;
mod publish;
mod receive;
mod shards;
mod stats;
mod tracking;

#[cfg(test)]
pub(crate) mod stage;
#[cfg(test)]
mod tests;

pub(crate) use clients::Clients;
pub(crate) use faults::Faults;
pub(crate) use pause::Paused;
pub(crate) use stats::Stats;

use bytes::Bytes;

use crate::access::Access;
use crate::client::{Client, ClientKey, Ending, Peer};
use crate::cluster::View;
use crate::command::Commands;
use crate::config::Config;
use crate::hub::{Broadcast, Frame, Hub, Kind};
use crate::keyspace::Keyspace;
use crate::moment::Moment;
use crate::profile::{Profile, SilentQuitters, Traits};
use crate::session::Session;
use crate::wire::{ErrorReply, Protocol, Reply};
use pause::Pause;
use tracking::Caches;

/// One server, without its sockets.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) profile: &'static Traits,
    /// Those of the profile.
    pub(crate) commands: &'static Commands,
    pub(crate) config: Config,
    pub(crate) clients: Clients,
    pub(crate) hub: Hub,
    pub(crate) keyspace: Keyspace,
    pub(crate) stats: Stats,
    pub(crate) faults: Faults,
    pub(crate) access: Access,
    /// What this node believes of its cluster, if it is in one.
    pub(crate) cluster: Option<Box<View>>,
    pub(crate) started: Moment,
    /// Whose command runs, if one does.
    speaking: Option<ClientKey>,
    /// The memory of a large request that runs: messages may hold parts of it.
    request: Option<Bytes>,
    /// Messages to whom is speaking, held back until the reply is complete, in the protocol that
    /// was spoken when they were published.
    held_back: Vec<(Protocol, Frame)>,
    /// The messages of this round.
    pub(crate) broadcast: Broadcast,
    /// Where replies go that nobody is to see.
    void: Vec<u8>,
    /// Who exceeded the soft limit of the output buffer when last seen.
    slow: Vec<ClientKey>,
    /// Who sees every command.
    pub(crate) monitors: Vec<ClientKey>,
    pause: Pause,
    /// What clients cache.
    pub(crate) caches: Caches,
    /// When the idle clients are looked for next.
    next_idle_check: Moment,
}

impl World {
    pub(crate) fn new(profile: Profile, mut config: Config, now: Moment) -> Self {
        config.all_channels = profile.traits().access.all_channels;
        if config.cluster.is_some() && profile.traits().cluster.has_one_database {
            config.databases = 1;
        }
        Self {
            commands: Commands::of(profile),
            profile: profile.traits(),
            access: Access::new(profile, config.password.as_deref()),
            cluster: config
                .cluster
                .as_ref()
                .map(|plan| Box::new(View::new(plan, config.full_coverage, now, config.port))),
            keyspace: Keyspace::new(config.databases),
            config,
            clients: Clients::default(),
            hub: Hub::default(),
            stats: Stats::of(Commands::of(profile)),
            faults: Faults::default(),
            started: now,
            speaking: None,
            request: None,
            held_back: Vec::new(),
            broadcast: Broadcast::default(),
            void: Vec::new(),
            slow: Vec::new(),
            monitors: Vec::new(),
            pause: Pause::default(),
            caches: Caches::default(),
            next_idle_check: now,
        }
    }

    /// What `HELLO` and `INFO` call the way that this server is run.
    pub(crate) fn mode(&self) -> &'static str {
        if self.cluster.is_some() { "cluster" } else { "standalone" }
    }

    /// Lets a client in, or returns what it is told before it is turned away.
    pub(crate) fn connect(
        &mut self,
        peer: Peer,
        fd: i32,
        now: Moment,
    ) -> Result<ClientKey, ErrorReply> {
        self.stats.connections_received += 1;
        if self.clients.len() >= self.config.max_clients {
            self.stats.connections_rejected += 1;
            return Err(ErrorReply::from("ERR max number of clients reached"));
        }
        let session = Session::new(!self.access.asks_for_password());
        Ok(self.clients.add(peer, fd, session, now))
    }

    /// Closes a client from outside: nothing more reaches it.
    ///
    /// A client that kills itself gets the reply to that first.
    pub(crate) fn kill(&mut self, key: ClientKey) {
        if self.speaking == Some(key) {
            self.clients.end(key, Ending::AfterCommand);
        } else {
            self.unsubscribe_all(key);
            self.clients.end(key, Ending::Now);
        }
    }

    /// The client has closed its side: it gets what one more write can take.
    pub(crate) fn hang_up(&mut self, key: ClientKey) {
        if self.clients.get(key).is_some() {
            self.unsubscribe_all(key);
            self.clients.end(key, Ending::AfterOneWrite);
        }
    }

    /// Forgets a client whose connection is closed.
    pub(crate) fn disconnect(&mut self, key: ClientKey) {
        if self.clients.get(key).is_some() {
            self.unsubscribe_all(key);
            self.stop_monitoring(key);
            self.stop_tracking(key);
            self.stop_waiting(key);
            self.clients.remove(key);
        }
    }

    /// False if the client had this subscription already.
    pub(crate) fn subscribe(&mut self, kind: Kind, name: &[u8], key: ClientKey) -> bool {
        let subscriptions = &mut self.clients[key].session.subscriptions;
        if subscriptions.contains(kind, name) {
            return false;
        }
        let name = self.hub.shared(kind, name);
        self.hub.join(kind, &name, key);
        subscriptions.add(kind, name)
    }

    /// False if the client had no such subscription.
    pub(crate) fn unsubscribe(&mut self, kind: Kind, name: &[u8], key: ClientKey) -> bool {
        let there = self.clients[key].session.subscriptions.remove(kind, name);
        if there {
            self.hub.leave(kind, name, key);
        }
        there
    }

    /// Drops all subscriptions of a client without a word to it.
    pub(crate) fn unsubscribe_all(&mut self, key: ClientKey) {
        let subscriptions = std::mem::take(&mut self.clients[key].session.subscriptions);
        for kind in [Kind::Channel, Kind::Pattern, Kind::Shard] {
            for name in subscriptions.names(kind) {
                self.hub.leave(kind, &name, key);
            }
        }
    }

    /// Where the answer to a client's command is written: nowhere, if it asked for silence.
    pub(crate) fn reply_to(&mut self, key: ClientKey) -> Reply<'_> {
        if self.clients[key].session.is_silent() { self.nowhere(key) } else { self.answer(key) }
    }

    /// Where confirmations are written, which `CLIENT REPLY OFF` does not silence.
    pub(crate) fn answer(&mut self, key: ClientKey) -> Reply<'_> {
        if !self.clients[key].listens() {
            if self.profile.silent_quitters != SilentQuitters::Stay {
                self.clients.end_silent_quitter(key);
            }
            if self.clients[key].ending != Some(Ending::AfterOutput) {
                return self.nowhere(key);
            }
            self.void.clear();
            let Client { session, outbox, .. } = &mut self.clients[key];
            return Reply::muted(&mut self.void, outbox.tail(), session.protocol);
        }
        self.clients.mark(key);
        let Client { session, outbox, .. } = &mut self.clients[key];
        Reply::new(outbox.tail(), session.protocol)
    }

    /// Answers a client with an error, and counts it.
    pub(crate) fn answer_error(&mut self, key: ClientKey, error: &ErrorReply) {
        self.stats.count_error(error, self.profile.many_errors);
        self.reply_to(key).error(error);
    }

    fn nowhere(&mut self, key: ClientKey) -> Reply<'_> {
        self.void.clear();
        Reply::new(&mut self.void, self.clients[key].session.protocol)
    }

    /// Somebody changed a key: whoever watches it will find its transaction broken, and whoever
    /// caches it is told.
    pub(crate) fn touch(&mut self, database: usize, key: &[u8], now: Moment) {
        self.clients.break_watches(|watched, name| watched == database && name == key);
        self.invalidate(key, self.speaking, now);
    }

    /// Somebody empties one database, or all of them. What is not there is not changed.
    pub(crate) fn empty(&mut self, database: Option<usize>, now: Moment) {
        let Self { clients, keyspace, .. } = self;
        clients.break_watches(|watched, name| {
            database.is_none_or(|database| database == watched) && keyspace.contains(watched, name)
        });
        match database {
            Some(database) => keyspace.database(database).clear(),
            None => keyspace.clear(),
        }
        self.invalidate_all(now);
    }

    /// The same, as something between two rounds: nobody is speaking.
    pub(crate) fn empty_apart(&mut self, database: Option<usize>, now: Moment) {
        let speaking = self.speaking.take();
        self.empty(database, now);
        self.tell_changed(now);
        self.speaking = speaking;
    }

    /// Moves the clients that have something to be written or are to be closed to `into`.
    pub(crate) fn take_marked(&mut self, into: &mut Vec<ClientKey>) {
        self.clients.take_marked(into);
    }

    pub(crate) fn has_marked(&self) -> bool {
        self.clients.has_marked()
    }
}
