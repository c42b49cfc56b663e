//! The parameters of `CONFIG`.
//!
//! Reading order: [`Config`] (the values that this server honours), [`parameter`] and [`parameters`]
//! (the registry of their names, limits and error texts), [`encodings`] (the limits of small
//! collections), [`output_limits`], [`events`], [`slot_metrics`] and [`memory`] (values with a syntax
//! of their own), [`listed`] (all parameters of the imitated server).

mod duplicates;
mod encodings;
mod events;
mod eviction;
mod listed;
mod log_limits;
mod memory;
mod output_limits;
mod parameter;
mod parameters;
mod slot_metrics;

pub(crate) use duplicates::DuplicateLimits;
pub(crate) use encodings::EncodingLimits;
pub(crate) use events::Events;
pub(crate) use eviction::{Eviction, EvictionOrder, EvictionPolicy};
pub(crate) use listed::matching;
pub(crate) use log_limits::{LogKind, LogLimits};
pub(crate) use memory::parse as memory_of;
pub(crate) use output_limits::{OutputLimit, OutputLimits};
pub(crate) use slot_metrics::SlotMetrics;

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use crate::profile::Behaviour;
use crate::state::cluster::Cluster;
use crate::wire::ErrorReply;
use listed::Listed;

/// The parameter whose letters a failed `CONFIG SET` can change.
const EVENTS: &str = "notify-keyspace-events";

/// The distance from a node's client port to its cluster bus port.
pub(crate) const BUS_PORT_OFFSET: u16 = 10_000;

/// From where clients may use a protected command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    No,
    Yes,
    /// From this machine.
    Local,
}

/// The values of the honoured parameters.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The seed of everything that the server chooses at random; `None` for new choices in
    /// every run.
    pub(crate) seed: Option<u64>,
    /// `slowlog-log-slower-than`, `slowlog-max-len`, and the likes of them for large commands, by
    /// [`LogKind`].
    pub(crate) command_logs: [LogLimits; 3],
    /// `maxmemory`; 0 for no limit
    pub(crate) max_memory: u64,
    /// `maxmemory-policy`, `lfu-log-factor` and `lfu-decay-time`
    pub(crate) eviction: Eviction,
    /// `maxclients`
    pub(crate) max_clients: usize,
    /// `timeout`: a client that is idle for longer is closed.
    pub(crate) timeout: Option<Duration>,
    /// `enable-debug-command`
    pub(crate) debug_allowed: Allowed,
    /// `requirepass`
    pub(crate) password: Option<Bytes>,
    /// `acl-pubsub-default`: whether new users may use every channel.
    pub(crate) all_channels: bool,
    /// `acllog-max-len`
    pub(crate) access_log_length: usize,
    /// `client-output-buffer-limit`
    pub(crate) output_limits: OutputLimits,
    /// `tracking-table-max-keys`: how many keys are tracked by reader; 0 for no limit.
    pub(crate) tracked_keys: usize,
    /// `notify-keyspace-events`
    pub(crate) events: Events,
    /// The limits of small collections, such as `list-max-listpack-size`.
    pub(crate) encodings: EncodingLimits,
    /// The limits of new streams: `stream-idmp-duration` and `stream-idmp-maxsize`.
    pub(crate) duplicates: DuplicateLimits,
    /// `proto-max-bulk-len`
    pub(crate) max_bulk: u64,
    /// `client-query-buffer-limit`
    pub(crate) query_buffer: u64,
    /// `databases`
    pub(crate) databases: usize,
    /// `port`; 0 without TCP.
    pub(crate) port: u16,
    /// `bind`
    pub(crate) bind: IpAddr,
    /// `unixsocket`
    pub(crate) unix_path: Option<PathBuf>,
    /// `tcp-backlog`: how many connections wait to be accepted; the system may have a lower limit.
    pub(crate) backlog: i32,
    /// `tcp-keepalive`. It has no effect: clients are on the same machine.
    pub(crate) keepalive: i64,
    /// `latency-monitor-threshold`: from how many milliseconds on `LATENCY` has a sample of a
    /// command; never if it is 0.
    pub(crate) latency_threshold: i64,
    /// `busy-reply-threshold` or `lua-time-limit`: after how many milliseconds of a script the server
    /// refuses other clients; never if it is 0.
    pub(crate) busy_threshold: i64,
    /// `cluster-enabled`, and the cluster that the server starts with.
    pub(crate) cluster: Option<Cluster>,
    /// `cluster-allow-reads-when-down`
    pub(crate) reads_when_down: bool,
    /// `cluster-allow-pubsubshard-when-down`
    pub(crate) shards_when_down: bool,
    /// `cluster-require-full-coverage`
    pub(crate) full_coverage: bool,
    /// `cluster-slot-stats-enabled`
    pub(crate) slot_metrics: SlotMetrics,
    /// `cluster-node-timeout`. It has no effect, because there is no cluster bus.
    pub(crate) node_timeout: i64,
    /// `cluster-announce-ip`; `None` announces the address that the server is bound to. Redis
    /// announces none unless it is told one or meets another node.
    pub(crate) announced_ip: Option<String>,
    /// `cluster-announce-port`; 0 announces the port that the server listens on.
    pub(crate) announced_port: u16,
    /// `cluster-announce-bus-port`; 0 announces the usual one.
    pub(crate) announced_bus_port: u16,
}

impl Default for Config {
    /// The values of Redis without a configuration file, but bound to loopback.
    fn default() -> Self {
        Self {
            seed: None,
            command_logs: LogLimits::DEFAULT,
            max_memory: 0,
            eviction: Eviction::DEFAULT,
            max_clients: 10_000,
            timeout: None,
            debug_allowed: Allowed::No,
            password: None,
            all_channels: false,
            access_log_length: 128,
            output_limits: OutputLimits::default(),
            tracked_keys: 1_000_000,
            events: Events::default(),
            encodings: EncodingLimits::default(),
            duplicates: DuplicateLimits::default(),
            max_bulk: 512 * 1024 * 1024,
            query_buffer: 1024 * 1024 * 1024,
            databases: 16,
            port: 0,
            bind: Ipv4Addr::LOCALHOST.into(),
            unix_path: None,
            backlog: 511,
            keepalive: 300,
            latency_threshold: 0,
            busy_threshold: 5000,
            cluster: None,
            reads_when_down: false,
            shards_when_down: true,
            full_coverage: true,
            slot_metrics: SlotMetrics::default(),
            node_timeout: 15_000,
            announced_ip: None,
            announced_port: 0,
            announced_bus_port: 0,
        }
    }
}

impl Config {
    /// Sets a parameter before the server starts, or returns why that is impossible.
    pub(crate) fn set_at_start(
        &mut self,
        name: &str,
        value: &str,
        profile: &Behaviour,
    ) -> Result<(), String> {
        let Some(listed) = listed::find(name.as_bytes(), profile) else {
            return Err(format!("{} has no such parameter; check its name", profile.name));
        };
        listed.set_at_start(self, value.as_bytes(), profile).map_err(Cow::into_owned)
    }

    /// The address that the node announces to the clients of its cluster.
    pub(crate) fn announced_ip(&self) -> String {
        match &self.announced_ip {
            Some(ip) => ip.clone(),
            None if self.cluster.is_some() => connectable(self.bind).to_string(),
            None => String::new(),
        }
    }

    /// The port for clients that the node announces.
    pub(crate) fn announced_port(&self) -> u16 {
        if self.announced_port == 0 { self.port } else { self.announced_port }
    }

    /// The port of the cluster bus that the node announces.
    pub(crate) fn announced_bus_port(&self) -> u16 {
        let usual = self.port.checked_add(BUS_PORT_OFFSET).unwrap_or_default();
        if self.announced_bus_port == 0 { usual } else { self.announced_bus_port }
    }

    /// Sets all of these parameters, or none. All names are checked before any value.
    ///
    /// A failed call can leave one trace, as in Redis: if it set `notify-keyspace-events`, that
    /// becomes what `CONFIG GET` shows of it, which can lack the letter `n`.
    pub(crate) fn set<'a>(
        &mut self,
        changes: impl Iterator<Item = (&'a [u8], &'a [u8])>,
        profile: &Behaviour,
    ) -> Result<(), ErrorReply> {
        let words = &profile.errors;
        let mut known: Vec<(Listed, &[u8], &[u8])> = Vec::new();
        for (name, value) in changes {
            let parameter =
                listed::find(name, profile).ok_or_else(|| (words.unknown_parameter)(name))?;
            if let Some(reason) = parameter.refusal() {
                return Err((words.unchangeable_parameter)(name, reason));
            }
            if known.iter().any(|(other, ..)| other.name == parameter.name) {
                return Err((words.invalid_value)(name, value, "duplicate parameter"));
            }
            known.push((parameter, name, value));
        }
        let mut changed = self.clone();
        for (index, (parameter, name, value)) in known.iter().enumerate() {
            if let Err(reason) = parameter.set(&mut changed, value, profile) {
                if known[..=index].iter().any(|(tried, ..)| tried.name == EVENTS) {
                    self.events = self.events.as_shown();
                }
                return Err((words.invalid_value)(name, value, &reason));
            }
        }
        *self = changed;
        Ok(())
    }
}

/// An address that clients can connect to: the loopback interface if the server listens on all.
pub(crate) fn connectable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    }
}

#[cfg(test)]
mod tests;
