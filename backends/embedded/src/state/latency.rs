//! The log of slow commands for `LATENCY`, kept from `latency-monitor-threshold` on.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::catalogue::{Command, Flags};
use crate::time::Timestamp;

/// The most samples that are kept of an event.
const MOST: usize = 160;

/// The slow commands, and apart from them those that should be fast.
#[derive(Debug, Default)]
pub(crate) struct LatencyLog {
    pub(crate) events: BTreeMap<&'static str, LatencyEvent>,
}

#[derive(Debug, Default)]
pub(crate) struct LatencyEvent {
    /// The oldest first; at most one a second.
    pub(crate) samples: VecDeque<LatencySample>,
    /// The longest time, in milliseconds, also of samples that are gone.
    pub(crate) most: u64,
    /// The sum and the number of all times.
    pub(crate) sum: u64,
    pub(crate) count: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LatencySample {
    /// In seconds since the Unix epoch.
    pub(crate) at: u64,
    pub(crate) millis: u64,
}

impl LatencyLog {
    /// Adds a command that took as many milliseconds as `threshold` or more. Zero adds none.
    pub(crate) fn add(
        &mut self,
        command: &Command,
        took: Duration,
        threshold: i64,
        now: Timestamp,
    ) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let is_slow = u64::try_from(threshold).is_ok_and(|least| least > 0 && millis >= least);
        if !is_slow {
            return;
        }
        let is_fast = command.flags().contains(Flags::FAST);
        let event =
            self.events.entry(if is_fast { "fast-command" } else { "command" }).or_default();
        event.most = event.most.max(millis);
        event.sum = event.sum.saturating_add(millis);
        event.count += 1;
        // A command is sampled when it has ended.
        let at = (now + took).since_epoch().as_secs();
        match event.samples.back_mut().filter(|last| last.at == at) {
            Some(last) => last.millis = last.millis.max(millis),
            None => event.samples.push_back(LatencySample { at, millis }),
        }
        if event.samples.len() > MOST {
            event.samples.pop_front();
        }
    }
}
