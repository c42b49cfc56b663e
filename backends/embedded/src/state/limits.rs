//! Closes clients that are slow or idle.

use std::time::Duration;

use super::State;
use crate::profile::Behaviour;
use crate::state::client::{Client, CloseMode};
use crate::state::config::{OutputLimit, OutputLimits};
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

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

    /// When [`State::close_overdue`] should be called next, if nothing else happens.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        let over_soft_limit = self.over_soft_limit.iter().filter_map(|key| {
            let client = self.clients.get(*key)?;
            let limits = &self.config.output_limits;
            let limit =
                if client.session.is_subscriber() { &limits.pubsub } else { &limits.normal };
            // A limit is exceeded only after its time, so add one millisecond.
            let grace = limit.soft_for + Duration::from_millis(1);
            Some(client.output.over_soft_since? + grace)
        });
        let idle = self.config.timeout.map(|_| self.next_idle_check);
        over_soft_limit.chain(idle).chain(self.next_expiry()).chain(self.next_end_of_pause()).min()
    }

    /// Closes the clients that have been slow or idle for too long, and expires keys.
    pub(crate) fn close_overdue(&mut self, now: Timestamp) {
        for key in std::mem::take(&mut self.over_soft_limit) {
            self.limit_output(key, now);
            let still_over =
                |client: &Client| client.output.over_soft_since.is_some() && !client.is_closing();
            if self.clients.get(key).is_some_and(still_over) && !self.over_soft_limit.contains(&key)
            {
                self.over_soft_limit.push(key);
            }
        }
        if let Some(timeout) = self.config.timeout
            && now >= self.next_idle_check
        {
            self.next_idle_check = now + IDLE_CHECK;
            self.close_idle(timeout, now);
        }
        self.expire_due_keys(now);
    }

    /// Subscribers, monitors and clients held by a pause are never idle: they wait for the server.
    fn close_idle(&mut self, timeout: Duration, now: Timestamp) {
        let idle: Vec<_> = self
            .clients
            .present()
            .into_iter()
            .filter(|(_, client)| !client.session.is_subscriber() && !client.session.is_monitor)
            .filter(|(_, client)| !client.is_held)
            .filter(|(_, client)| now.since(client.active) > timeout)
            .map(|(key, _)| key)
            .collect();
        for key in idle {
            self.kill(key);
        }
    }
}
