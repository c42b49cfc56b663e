//! The parameters of `CONFIG` that this server honours.
//!
//! Reading order: [`Config`] (their values), [`parameters`] (the registry of their names, limits
//! and error texts), [`output_limits`], [`events`] and [`memory`] (values with a syntax of their
//! own), [`unsupported`] (parameters that only real servers honour).

mod events;
mod memory;
mod output_limits;
mod parameters;
mod unsupported;

pub(crate) use events::Events;
pub(crate) use output_limits::{OutputLimit, OutputLimits};
pub(crate) use parameters::{Parameter, matching};

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use crate::profile::Behaviour;
use crate::state::cluster::Cluster;
use crate::wire::ErrorReply;

/// The values of all parameters.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// `maxclients`
    pub(crate) max_clients: usize,
    /// `timeout`: a client that is idle for longer is closed.
    pub(crate) timeout: Option<Duration>,
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
    /// `cluster-enabled`, and the cluster that the server starts with.
    pub(crate) cluster: Option<Cluster>,
    /// `cluster-allow-reads-when-down`
    pub(crate) reads_when_down: bool,
    /// `cluster-allow-pubsubshard-when-down`
    pub(crate) shards_when_down: bool,
    /// `cluster-require-full-coverage`
    pub(crate) full_coverage: bool,
    /// `cluster-node-timeout`. It has no effect, because there is no cluster bus.
    pub(crate) node_timeout: i64,
}

impl Default for Config {
    /// The values of Redis without a configuration file, but bound to loopback.
    fn default() -> Self {
        Self {
            max_clients: 10_000,
            timeout: None,
            password: None,
            all_channels: false,
            access_log_length: 128,
            output_limits: OutputLimits::default(),
            tracked_keys: 1_000_000,
            events: Events::default(),
            max_bulk: 512 * 1024 * 1024,
            query_buffer: 1024 * 1024 * 1024,
            databases: 16,
            port: 0,
            bind: Ipv4Addr::LOCALHOST.into(),
            unix_path: None,
            cluster: None,
            reads_when_down: false,
            shards_when_down: true,
            full_coverage: true,
            node_timeout: 15_000,
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
        match parameters::find(name.as_bytes(), profile) {
            Some(parameter) => Ok(parameter.set_at_start(self, value.as_bytes(), profile)?),
            None => Err(match unsupported::is_known(name.as_bytes()) {
                true => "the embedded server does not honour this parameter; use a real server"
                    .to_owned(),
                false => "there is no such parameter; check its name".to_owned(),
            }),
        }
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
        let mut known: Vec<(&Parameter, &[u8], &[u8])> = Vec::new();
        for (name, value) in changes {
            let parameter =
                parameters::find(name, profile).ok_or_else(|| unsupported::refusal(name, words))?;
            if !parameter.is_mutable() {
                return Err((words.immutable_parameter)(name));
            }
            if known.iter().any(|(other, ..)| other.name == parameter.name) {
                return Err((words.invalid_value)(name, value, "duplicate parameter"));
            }
            known.push((parameter, name, value));
        }
        let mut changed = self.clone();
        for (index, (parameter, name, value)) in known.iter().enumerate() {
            if let Err(reason) = parameter.set(&mut changed, value, profile) {
                if known[..=index].iter().any(|(tried, ..)| tried.sets_events()) {
                    self.events = self.events.as_shown();
                }
                return Err((words.invalid_value)(name, value, &reason));
            }
        }
        *self = changed;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
