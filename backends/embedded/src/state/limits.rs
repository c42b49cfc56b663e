//! Closes clients that are slow or idle.

use std::time::Duration;

use super::State;
use crate::profile::Behaviour;
use crate::state::client::{Client, CloseMode};
use crate::state::config::{OutputLimit, OutputLimits};
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// When a client whose socket is full is looked at again, as in Redis.
const SLOW_CHECK: Duration = Duration::from_millis(100);

/// How often idle clients are looked for, as in Redis.
const IDLE_CHECK: Duration = Duration::from_secs(1);

/// The result of comparing a client's output buffer with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitCheck {
    Within,
    /// Over the soft limit for the first time.
    OverSoft,
    Exceeded,
}

/// Everything needed to check an output buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutputCheck<'a> {
    pub(super) output: &'a OutputLimits,
    pub(super) profile: &'a Behaviour,
}

impl OutputCheck<'_> {
    /// Compares a client's output buffer with the limit of its class.
    ///
    /// A client with a subscription of any kind is in the class `pubsub`.
    #[inline]
    pub(super) fn check(self, client: &mut Client, now: Timestamp) -> LimitCheck {
        let charged = client.output.charged(self.profile.shares_large_payloads);
        if charged == 0 {
            client.output.over_soft_since = None;
            return LimitCheck::Within;
        }
        let class =
            if client.session.is_subscriber() { self.output.pubsub } else { self.output.normal };
        class.check(charged as u64, &mut client.output.over_soft_since, now)
    }
}

impl OutputLimit {
    fn check(self, charged: u64, since: &mut Option<Timestamp>, now: Timestamp) -> LimitCheck {
        if self.hard != 0 && charged >= self.hard {
            return LimitCheck::Exceeded;
        }
        if self.soft == 0 || charged < self.soft {
            *since = None;
            return LimitCheck::Within;
        }
        match *since {
            None => {
                *since = Some(now);
                LimitCheck::OverSoft
            }
            Some(since) if now.since(since) > self.soft_for => LimitCheck::Exceeded,
            Some(_) => LimitCheck::Within,
        }
    }
}

impl State {
    /// Closes a client whose output buffer exceeds its limit.
    pub(super) fn limit_output(&mut self, key: ClientKey, now: Timestamp) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let check = OutputCheck { output: &self.config.output_limits, profile: self.profile };
        match check.check(client, now) {
            LimitCheck::Within => {}
            LimitCheck::OverSoft => self.over_soft_limit.push(key),
            LimitCheck::Exceeded => {
                self.stats.output_limit_disconnections += 1;
                self.clients.close(key, CloseMode::Now);
            }
        }
    }

    /// Whether a client with so many unparsed bytes exceeds `client-query-buffer-limit`.
    pub(crate) fn exceeds_query_buffer(&self, key: ClientKey, unparsed: usize) -> bool {
        let transaction = self.clients[key].session.transaction.as_ref();
        let queued = transaction.filter(|_| self.profile.queued_commands_fill_query_buffer);
        let queued = queued.map_or(0, |transaction| transaction.queued_bytes());
        (unparsed + queued) as u64 > self.config.query_buffer
    }

    /// Closes a client that exceeds `client-query-buffer-limit`.
    pub(crate) fn close_for_query_buffer(&mut self, key: ClientKey) {
        self.stats.query_limit_disconnections += 1;
        self.clients.close(key, CloseMode::Now);
    }

    /// Records that the socket took `taken` bytes of a client's output.
    ///
    /// A client that takes output is active, as one that sends input.
    pub(crate) fn output_written(&mut self, key: ClientKey, taken: usize, now: Timestamp) {
        self.stats.bytes_sent += taken as u64;
        let Some(client) = self.clients.get_mut(key) else { return };
        client.active = now;
        client.output.advance(taken);
        if client.output.over_soft_since.is_some() {
            self.limit_output(key, now);
        }
    }

    /// Handles a full socket. Where a shared payload counts from when the server begins to send it,
    /// that alone may exceed a limit, so the client is looked at again soon.
    pub(crate) fn socket_is_full(&mut self, key: ClientKey, now: Timestamp) {
        let is_new = || self.full_sockets.iter().all(|(_, other)| *other != key);
        if self.profile.shares_large_payloads && is_new() {
            self.full_sockets.push_back((now + SLOW_CHECK, key));
        }
    }

    pub(super) fn next_slow_check(&self) -> Option<Timestamp> {
        self.full_sockets.front().map(|(due, _)| *due)
    }

    /// Compares the output of clients whose sockets were full with its limit.
    pub(super) fn check_slow_clients(&mut self, now: Timestamp) {
        while let Some((_, key)) = self.full_sockets.pop_front_if(|(due, _)| *due <= now) {
            self.limit_output(key, now);
        }
    }

    /// When the soft limit of the output buffer closes the next client.
    pub(super) fn next_soft_limit(&self) -> Option<Timestamp> {
        let due = self.over_soft_limit.iter().filter_map(|key| {
            let client = self.clients.get(*key)?;
            let limits = &self.config.output_limits;
            let limit =
                if client.session.is_subscriber() { &limits.pubsub } else { &limits.normal };
            // A limit is exceeded only after its time, so add one millisecond.
            let grace = limit.soft_for + Duration::from_millis(1);
            Some(client.output.over_soft_since? + grace)
        });
        due.min()
    }

    /// Closes the clients that have exceeded the soft limit for too long.
    pub(super) fn close_slow_clients(&mut self, now: Timestamp) {
        for key in std::mem::take(&mut self.over_soft_limit) {
            self.limit_output(key, now);
            let still_over =
                |client: &Client| client.output.over_soft_since.is_some() && !client.is_closing();
            if self.clients.get(key).is_some_and(still_over) && !self.over_soft_limit.contains(&key)
            {
                self.over_soft_limit.push(key);
            }
        }
    }

    /// When to look for idle clients next: once a second at most, and not before one can be idle.
    pub(super) fn next_idle_check(&self) -> Option<Timestamp> {
        let earliest = self.longest_idle + self.config.timeout? + Duration::from_millis(1);
        Some(earliest.max(self.idle_checked + IDLE_CHECK))
    }

    /// Closes the clients that have been idle for longer than `timeout`.
    ///
    /// Subscribers, monitors, blocked clients and clients held by a pause are never idle: they wait
    /// for the server.
    pub(super) fn close_idle_clients(&mut self, now: Timestamp) {
        let Some(timeout) = self.config.timeout else { return };
        if self.next_idle_check().is_none_or(|due| due > now) {
            return;
        }
        self.idle_checked = now;
        self.longest_idle = now;
        let mut idle = Vec::new();
        for (key, client) in self.clients.present() {
            let waits = client.is_held || client.wait.is_some();
            if client.session.is_subscriber() || client.session.is_monitor || waits {
                continue;
            }
            if now.since(client.active) > timeout {
                idle.push(key);
            } else {
                self.longest_idle = self.longest_idle.min(client.active);
            }
        }
        for key in idle {
            self.kill(key);
        }
    }
}
