//! Events at a certain time, without a request: the one list of everything that can become
//! due.
//!
//! A new kind of deadline is one line in each of the two functions: when it is due next, and what
//! happens then. So the poll wakes up for it, and a test that moves the clock sees it happen.
//! Clients that continue run commands, so `Dispatcher::run_due` resumes them.

use super::State;
use crate::time::Timestamp;

impl State {
    /// When `Dispatcher::run_due` should be called next, if nothing else happens.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let tasks = [
            self.next_slow_check(),
            self.next_soft_limit(),
            self.next_idle_check(),
            self.next_expiry(),
        ];
        let tasks = tasks.into_iter().filter(|_| !self.debug.pauses_tasks);
        tasks.chain([self.next_end_of_pause(), self.blocked.next_due()]).flatten().min()
    }

    /// Does what is due by now. The engine does the rest: it resumes clients.
    pub(crate) fn run_due(&mut self, now: Timestamp) {
        if !self.debug.pauses_tasks {
            self.check_slow_clients(now);
            self.close_slow_clients(now);
            self.close_idle_clients(now);
            self.expire_due_keys(now);
        }
        if std::mem::take(&mut self.eviction_is_due) {
            self.make_room(now);
        }
        self.time_out_waits(now);
        self.blocked.change_due(now);
    }
}
