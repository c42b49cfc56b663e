//! Everything that one server knows.
//!
//! There are no sockets, clocks, threads or commands here. The event loop tells the state which
//! client connected and what time it is; the state marks the clients that have output or must be
//! closed. Reading order: this file, [`clients`] with a [`client`], its [`session`] and its
//! [`output_buffer`]; [`replies`]; [`pubsub`] (the subscriptions), [`publish`] (delivery of messages),
//! [`due`] (what happens at a certain time), [`limits`] (slow and idle clients), [`keyspace`] and
//! its [`events`], [`tracking`] (clients that cache keys), [`blocked`] (clients that wait for keys),
//! [`monitors`], [`pause`], [`access`] (users) and [`revocation`] (clients whose user
//! lost a permission), [`cluster`] with the [`shards`] channels that end with their slot
//! and the counters of [`slot_traffic`],
//! [`config`], [`stats`], [`command_log`] and [`latency`] (slow commands), [`debug`], [`faults`] (errors that
//! a test planned).

pub(crate) mod access;
mod blocked;
pub(crate) mod client;
mod clients;
pub(crate) mod cluster;
pub(crate) mod command_log;
pub(crate) mod config;
mod debug;
mod describe_keys;
mod due;
mod events;
mod eviction;
mod faults;
pub(crate) mod ids;
pub(crate) mod keyspace;
pub(crate) mod latency;
mod limits;
mod monitors;
pub(crate) mod output_buffer;
mod pause;
mod publish;
pub(crate) mod pubsub;
mod replies;
mod revocation;
#[cfg(feature = "scripts")]
pub(crate) mod scripts;
pub(crate) mod session;
mod shards;
mod slot_traffic;
mod stats;
mod tracking;

pub(crate) use blocked::Wait;
pub(crate) use clients::Clients;
pub(crate) use faults::Faults;
pub(crate) use pause::Paused;
pub(crate) use stats::Stats;

use std::collections::VecDeque;

use bytes::Bytes;
use fastrand::Rng;

use crate::catalogue::Catalogue;
use crate::profile::{Behaviour, Profile};
use crate::state::access::Access;
use crate::state::client::{CloseMode, Peer};
use crate::state::cluster::{ClusterView, Owner, Slot};
use crate::state::command_log::CommandLogs;
use crate::state::config::Config;
use crate::state::eviction::MeasuredMemory;
use crate::state::ids::ClientKey;
use crate::state::keyspace::Keyspace;
use crate::state::pubsub::{Broadcast, Frame, Kind, PubSub};
use crate::state::session::Session;
use crate::time::Timestamp;
use crate::wire::{ErrorReply, Protocol};
use blocked::Blocked;
use debug::DebugSwitches;
use latency::LatencyLog;
use pause::Pause;
use tracking::TrackingTable;

/// One server, without its sockets.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) profile: &'static Behaviour,
    /// The commands of the profile.
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) config: Config,
    pub(crate) clients: Clients,
    pub(crate) pubsub: PubSub,
    pub(crate) keyspace: Keyspace,
    pub(crate) command_logs: CommandLogs,
    pub(crate) latency: LatencyLog,
    pub(crate) debug: DebugSwitches,
    /// The changes since the last save, as `INFO` counts them: elements of keys, mostly.
    pub(crate) changes: u64,
    /// The memory that the keys take, while `maxmemory` limits it.
    measured_memory: Option<MeasuredMemory>,
    /// `maxmemory` was changed, so the end of the round evicts keys.
    pub(crate) eviction_is_due: bool,
    pub(crate) stats: Stats,
    pub(crate) faults: Faults,
    pub(crate) access: Access,
    /// This node's view of its cluster, if it is in one.
    pub(crate) cluster: Option<Box<ClusterView>>,
    pub(crate) started: Timestamp,
    /// Whether a client has ended the server. Nothing runs and nothing is sent after that.
    pub(crate) is_shut_down: bool,
    /// The client whose command is running.
    pub(crate) current_client: Option<ClientKey>,
    /// The bytes of the request that is running, if it is large: messages may share parts of them.
    pub(crate) request: Option<Bytes>,
    /// Messages to the current client, held back until its reply is complete. Each keeps the
    /// protocol that the client used when the message was published.
    deferred: Vec<(Protocol, Frame)>,
    /// The small messages of this round.
    pub(crate) broadcast: Broadcast,
    /// The buffer for replies that are not sent.
    discarded: Vec<u8>,
    /// Clients that exceeded the soft limit of the output buffer when last checked.
    over_soft_limit: Vec<ClientKey>,
    /// Clients whose sockets were full, and when to look at them again, soonest first.
    full_sockets: VecDeque<(Timestamp, ClientKey)>,
    /// Clients in `MONITOR` mode.
    pub(crate) monitors: Vec<ClientKey>,
    pause: Pause,
    /// Clients that wait for keys.
    pub(crate) blocked: Blocked,
    /// The keys that clients cache.
    pub(crate) tracking_table: TrackingTable,
    /// The source of everything that a server chooses at random.
    pub(crate) random: Rng,
    #[cfg(feature = "scripts")]
    pub(crate) scripts: scripts::Scripts,
    /// When idle clients were looked for last.
    idle_checked: Timestamp,
    /// No client that can be idle has been so since an earlier time.
    longest_idle: Timestamp,
}

impl State {
    pub(crate) fn new(profile: Profile, mut config: Config, now: Timestamp) -> Self {
        let random = config.seed.map_or_else(Rng::new, Rng::with_seed);
        config.all_channels = profile.behaviour().access.all_channels;
        if config.cluster.is_some() && profile.behaviour().cluster.has_one_database {
            config.databases = 1;
        }
        Self {
            catalogue: profile.catalogue(),
            profile: profile.behaviour(),
            access: Access::new(profile, config.password.as_deref()),
            cluster: config.cluster.as_ref().map(|plan| {
                Box::new(ClusterView::new(plan, config.full_coverage, now, config.port))
            }),
            keyspace: Keyspace::new(config.databases),
            command_logs: CommandLogs::default(),
            latency: LatencyLog::default(),
            debug: DebugSwitches::default(),
            changes: 0,
            measured_memory: None,
            eviction_is_due: false,
            config,
            clients: Clients::new(profile.behaviour()),
            pubsub: PubSub::default(),
            stats: Stats::of(profile.catalogue()),
            faults: Faults::default(),
            started: now,
            is_shut_down: false,
            current_client: None,
            request: None,
            deferred: Vec::new(),
            broadcast: Broadcast::default(),
            discarded: Vec::new(),
            over_soft_limit: Vec::new(),
            full_sockets: VecDeque::new(),
            monitors: Vec::new(),
            pause: Pause::default(),
            blocked: Blocked::default(),
            tracking_table: TrackingTable::default(),
            random,
            #[cfg(feature = "scripts")]
            scripts: scripts::Scripts::default(),
            idle_checked: now,
            longest_idle: now,
        }
    }

    /// The server's mode, as `HELLO` and `INFO` name it.
    pub(crate) fn mode(&self) -> &'static str {
        if self.cluster.is_some() { "cluster" } else { "standalone" }
    }

    /// Accepts a client, or returns the error that it gets before its connection is closed.
    pub(crate) fn connect(
        &mut self,
        peer: Peer,
        fd: i32,
        now: Timestamp,
    ) -> Result<ClientKey, ErrorReply> {
        if self.clients.len() >= self.config.max_clients {
            self.stats.connections_rejected += 1;
            return Err(ErrorReply::from("ERR max number of clients reached"));
        }
        self.stats.connections_received += 1;
        let session = Session::new(!self.access.requires_password());
        Ok(self.clients.add(peer, fd, session, now))
    }

    /// Adds the client that a request of the handle runs as. It has no connection, and is in no
    /// statistics.
    pub(crate) fn connect_handle(&mut self, now: Timestamp) -> ClientKey {
        let session = Session { protocol: Protocol::Resp3, ..Session::new(true) };
        self.clients.add_handle(session, now)
    }

    /// Closes a client at once, and drops its unsent output.
    ///
    /// A client that kills itself gets the reply to that command first.
    pub(crate) fn kill(&mut self, key: ClientKey) {
        if self.current_client == Some(key) {
            // A client that is closing already writes no more replies.
            if self.clients[key].accepts_output() {
                self.clients.close(key, CloseMode::AfterCommand);
            }
        } else {
            self.stop_waiting(key);
            self.unsubscribe_all(key);
            self.clients.close(key, CloseMode::Now);
        }
    }

    /// Handles a client that closed its side: it gets as much output as one more write takes.
    pub(crate) fn peer_closed(&mut self, key: ClientKey) {
        if self.clients.get(key).is_some() {
            self.stop_waiting(key);
            self.unsubscribe_all(key);
            self.clients.close(key, CloseMode::AfterOneWrite);
        }
    }

    /// Removes a client whose connection is closed.
    pub(crate) fn disconnect(&mut self, key: ClientKey) {
        if self.clients.get(key).is_some() {
            self.unsubscribe_all(key);
            self.stop_monitoring(key);
            self.stop_tracking(key);
            self.cancel_hold(key);
            self.stop_waiting(key);
            self.clients.remove(key);
        }
    }

    /// Adds a subscription; false if the client had it already.
    pub(crate) fn subscribe(&mut self, kind: Kind, name: &[u8], key: ClientKey) -> bool {
        let subscriptions = &mut self.clients[key].session.subscriptions;
        if subscriptions.contains(kind, name) {
            return false;
        }
        let name = self.pubsub.shared(kind, name);
        self.pubsub.join(kind, &name, key);
        subscriptions.add(kind, name)
    }

    /// Removes a subscription; false if the client did not have it.
    pub(crate) fn unsubscribe(&mut self, kind: Kind, name: &[u8], key: ClientKey) -> bool {
        let removed = self.clients[key].session.subscriptions.remove(kind, name);
        if removed {
            self.pubsub.leave(kind, name, key);
        }
        removed
    }

    /// Removes all subscriptions of a client without a confirmation.
    pub(crate) fn unsubscribe_all(&mut self, key: ClientKey) {
        let subscriptions = std::mem::take(&mut self.clients[key].session.subscriptions);
        for kind in [Kind::Channel, Kind::Pattern, Kind::Shard] {
            for name in subscriptions.names(kind) {
                self.pubsub.leave(kind, &name, key);
            }
        }
    }

    /// Handles a change of a key: breaks the transactions that watch it, invalidates the caches that
    /// hold it, and wakes the clients that wait for it. The command counts the change.
    #[inline]
    pub(crate) fn key_changed(&mut self, database: usize, key: &[u8], now: Timestamp) {
        self.clients.break_watches(|watched, name| watched == database && name == key);
        self.invalidate(key, self.current_client, now);
        self.blocked.key_changed(database, key);
        self.size_changed(database, key);
    }

    /// Handles a change of all keys of a database.
    pub(crate) fn database_changed(&mut self, database: usize) {
        self.blocked.database_changed(database);
        self.measured_memory = None;
    }

    /// Empties one database, or all of them. Missing keys do not break a watch.
    pub(crate) fn flush(&mut self, database: Option<usize>, now: Timestamp) {
        let Self { clients, keyspace, changes, .. } = self;
        let emptied = |index: &usize| database.is_none_or(|database| database == *index);
        let indices = (0..self.config.databases).filter(emptied);
        *changes += indices.map(|index| keyspace.iter(index).len() as u64).sum::<u64>();
        clients.break_watches_of_databases(|watched, name| {
            database.is_none_or(|database| database == watched) && keyspace.contains(watched, name)
        });
        match database {
            Some(database) => keyspace.database(database).clear(),
            None => keyspace.clear(),
        }
        match database {
            Some(database) => self.database_changed(database),
            None => (0..self.config.databases).for_each(|it| self.database_changed(it)),
        }
        self.invalidate_all(now);
    }

    /// Exchanges two databases. A watch breaks if its key is there before or after. Clients that cache
    /// keys are not told: they take the keys of all databases for one.
    pub(crate) fn swap_databases(&mut self, one: usize, other: usize, now: Timestamp) {
        if one == other {
            return;
        }
        if !self.debug.keeps_expired {
            self.expire(one, now);
            self.expire(other, now);
        } else if !self.profile.watches_kept_keys {
            // To a watch, a key whose time is over is missing.
            for (_, key) in self.clients.watched() {
                self.expire_key(one, &key, now);
                self.expire_key(other, &key, now);
            }
        }
        let Self { clients, keyspace, .. } = self;
        clients.break_watches_of_databases(|watched, name| {
            (watched == one || watched == other)
                && (keyspace.contains(one, name) || keyspace.contains(other, name))
        });
        keyspace.swap(one, other);
        self.database_changed(one);
        self.database_changed(other);
    }

    /// The same between two rounds, when no client is running a command.
    pub(crate) fn flush_between_rounds(&mut self, database: Option<usize>, now: Timestamp) {
        let current_client = self.current_client.take();
        self.flush(database, now);
        self.send_broadcast_invalidations(now);
        self.current_client = current_client;
    }

    /// Ends a client's command: sends it the messages that had to wait for its reply.
    pub(crate) fn finish_command(&mut self, key: ClientKey, now: Timestamp) {
        self.current_client = None;
        self.release_deferred(key, now);
        self.send_own_invalidations(key, now);
        self.limit_output(key, now);
        self.settle_output(key);
    }

    /// Recomputes whether the cluster is up, after a round of commands.
    pub(crate) fn settle_cluster(&mut self) {
        if let Some(cluster) = &mut self.cluster {
            cluster.settle(self.config.full_coverage);
        }
    }

    /// Whether no client of this node sees the keys of the slot, because it does not serve the slot.
    pub(crate) fn hides_slot(&self, slot: Slot) -> bool {
        self.profile.cluster.hides_keys_of_other_slots
            && self.cluster.as_ref().is_some_and(|view| view.owner(slot) != Owner::Myself)
    }

    /// The same for the slot of a key.
    pub(crate) fn hides_key(&self, key: &[u8]) -> bool {
        self.cluster.is_some() && self.hides_slot(Slot::of(key))
    }

    /// Moves the clients that have output or must be closed to `into`.
    pub(crate) fn take_marked(&mut self, into: &mut Vec<ClientKey>) {
        self.clients.take_marked(into);
    }

    /// Whether this client has output, and no other client has or gets some when the round ends. A
    /// server that is shut down writes nothing more.
    pub(crate) fn has_output_for_only(&self, key: ClientKey) -> bool {
        let round_ends_quietly = self.tracking_table.prefixes() == 0 && !self.is_shut_down;
        round_ends_quietly && self.clients.has_marked_only(key)
    }

    pub(crate) fn has_marked(&self) -> bool {
        self.clients.has_marked()
    }
}
