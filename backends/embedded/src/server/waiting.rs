//! Who waits for subscribers.

use std::time::Duration;

use super::answer::Promise;
use super::error::WaitError;
use crate::hub::{Hub, Kind};
use crate::moment::Moment;

/// What is waited for.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) kind: Kind,
    pub(super) name: Vec<u8>,
    pub(super) wanted: usize,
    pub(super) within: Duration,
}

impl Wish {
    pub(super) fn stopped(&self) -> WaitError {
        WaitError::Stopped { name: self.shown_name() }
    }

    fn shown_name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// At least as many as wanted, or, if none are wanted, none.
    fn came_true(&self, found: usize) -> bool {
        if self.wanted == 0 { found == 0 } else { found >= self.wanted }
    }
}

#[derive(Debug)]
struct Waiter {
    wish: Wish,
    deadline: Moment,
    /// To the one who waits. Keeping it never blocks.
    promise: Promise<Result<(), WaitError>>,
}

/// Everybody who waits. They are looked at once a round.
#[derive(Debug, Default)]
pub(super) struct Waiters(Vec<Waiter>);

impl Waiters {
    pub(super) fn add(&mut self, wish: Wish, now: Moment, promise: Promise<Result<(), WaitError>>) {
        self.0.push(Waiter { deadline: now + wish.within, wish, promise });
    }

    pub(super) fn next_deadline(&self) -> Option<Moment> {
        self.0.iter().map(|waiter| waiter.deadline).min()
    }

    /// Answers those whose wish came true and those whose deadline has passed.
    pub(super) fn answer(&mut self, hub: &Hub, now: Moment) {
        let done = |waiter: &mut Waiter| {
            let found = hub.listeners(waiter.wish.kind, &waiter.wish.name).len();
            waiter.wish.came_true(found) || now >= waiter.deadline
        };
        for Waiter { wish, promise, .. } in self.0.extract_if(.., done) {
            let found = hub.listeners(wish.kind, &wish.name).len();
            promise.keep(if wish.came_true(found) {
                Ok(())
            } else {
                Err(WaitError::Deadline {
                    name: wish.shown_name(),
                    wanted: wish.wanted,
                    found,
                    within: wish.within,
                })
            });
        }
    }
}
