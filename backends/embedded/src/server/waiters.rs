//! Callers that wait for subscribers.

use std::time::{Duration, Instant};

use super::error::WaitError;
use crate::state::pubsub::{Kind, PubSub};

/// The condition that ends a wait.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) kind: Kind,
    pub(super) name: Vec<u8>,
    pub(super) wanted: usize,
    pub(super) within: Duration,
    /// The method to await instead, if the wait blocks its thread.
    pub(super) async_form: Option<&'static str>,
}

/// The result of a wait. A server that stops drops the sender instead.
pub(super) type WaitResult = Result<(), WaitError>;

impl Condition {
    pub(super) fn stopped(&self) -> WaitError {
        WaitError::Stopped { name: self.shown_name() }
    }

    pub(super) fn in_other_process(&self) -> WaitError {
        WaitError::OtherProcess { name: self.shown_name() }
    }

    fn shown_name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// Whether there are at least as many as wanted, or none if none are wanted.
    fn is_met(&self, found: usize) -> bool {
        if self.wanted == 0 { found == 0 } else { found >= self.wanted }
    }
}

#[derive(Debug)]
struct Waiter {
    condition: Condition,
    /// In real time, whatever the server's clock shows; `None` if it is too late for a clock.
    deadline: Option<Instant>,
    sender: oneshot::Sender<WaitResult>,
}

/// All waiters. The event loop checks their conditions once a round.
#[derive(Debug, Default)]
pub(super) struct Waiters(Vec<Waiter>);

impl Waiters {
    pub(super) fn add(
        &mut self,
        condition: Condition,
        now: Instant,
        sender: oneshot::Sender<WaitResult>,
    ) {
        self.0.push(Waiter { deadline: now.checked_add(condition.within), condition, sender });
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.0.iter().filter_map(|waiter| waiter.deadline).min()
    }

    /// Answers the waiters whose condition is met or whose deadline has passed, and forgets those
    /// whose caller no longer waits.
    pub(super) fn notify(&mut self, pubsub: &PubSub, now: Instant) {
        let done = |waiter: &mut Waiter| {
            let found = pubsub.subscribers(waiter.condition.kind, &waiter.condition.name).len();
            waiter.condition.is_met(found)
                || waiter.deadline.is_some_and(|deadline| now >= deadline)
                || waiter.sender.is_closed()
        };
        for Waiter { condition, sender, .. } in self.0.extract_if(.., done) {
            let found = pubsub.subscribers(condition.kind, &condition.name).len();
            let result = if condition.is_met(found) {
                Ok(())
            } else {
                Err(WaitError::Deadline {
                    name: condition.shown_name(),
                    wanted: condition.wanted,
                    found,
                    within: condition.within,
                    async_form: condition.async_form,
                })
            };
            // A caller that no longer waits has dropped the receiver.
            let _ = sender.send(result);
        }
    }
}
