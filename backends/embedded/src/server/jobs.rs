//! Jobs: closures that the handle runs on the server's thread, once a round.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mio::Waker;

/// A closure that acts on an event loop `L`, on the loop's thread.
type Job<L> = Box<dyn FnOnce(&mut L) + Send>;

/// Creates a queue of jobs for the thread that `waker` wakes.
pub(super) fn job_queue<L>(waker: Waker) -> (JobSender<L>, JobReceiver<L>) {
    let queue = Mutex::new(Queue { jobs: Vec::new(), is_open: true });
    let shared = Arc::new(Shared { queue, waker });
    (JobSender(Arc::clone(&shared)), JobReceiver(shared))
}

/// The sending half. Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct JobSender<L>(Arc<Shared<L>>);

/// The receiving half. Dropping it drops the queued jobs, and with them the senders of their
/// results.
#[derive(Debug)]
pub(super) struct JobReceiver<L>(Arc<Shared<L>>);

#[derive(Debug)]
struct Shared<L> {
    queue: Mutex<Queue<L>>,
    /// Both halves keep the waker alive, because a poll loses the wake-ups of a dropped waker.
    waker: Waker,
}

struct Queue<L> {
    jobs: Vec<Job<L>>,
    /// Whether both halves are alive.
    is_open: bool,
}

impl<L> fmt::Debug for Queue<L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").field("is_open", &self.is_open).finish_non_exhaustive()
    }
}

impl<L> Shared<L> {
    /// Locks the queue. A poisoned lock is usable: its content is consistent at any time.
    fn queue(&self) -> MutexGuard<'_, Queue<L>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the thread.
    fn wake(&self) {
        // Waking an open waker does not fail.
        let _ = self.waker.wake();
    }

    /// Closes the queue, and returns its jobs so that the caller drops them without the lock: their
    /// drop may wake another thread.
    fn close(&self) -> Vec<Job<L>> {
        let mut queue = self.queue();
        queue.is_open = false;
        std::mem::take(&mut queue.jobs)
    }
}

impl<L> JobSender<L> {
    /// Whether the thread takes jobs.
    pub(super) fn is_open(&self) -> bool {
        self.0.queue().is_open
    }

    /// Queues a job, or drops it if the thread is gone.
    pub(super) fn send(&self, job: impl FnOnce(&mut L) + Send + 'static) {
        let mut queue = self.0.queue();
        if queue.is_open {
            queue.jobs.push(Box::new(job));
            drop(queue);
            self.0.wake();
        }
    }
}

impl<L> Drop for JobSender<L> {
    fn drop(&mut self) {
        drop(self.0.close());
        self.0.wake();
    }
}

impl<L> JobReceiver<L> {
    /// Whether the sender still exists.
    pub(super) fn is_open(&self) -> bool {
        self.0.queue().is_open
    }

    /// Takes the queued jobs; `None` once the sender is dropped.
    pub(super) fn take(&self) -> Option<Vec<Job<L>>> {
        let mut queue = self.0.queue();
        queue.is_open.then(|| std::mem::take(&mut queue.jobs))
    }
}

impl<L> JobReceiver<L> {
    /// Accepts no more jobs, and drops those that wait.
    pub(super) fn close(&self) {
        drop(self.0.close());
    }
}

impl<L> Drop for JobReceiver<L> {
    fn drop(&mut self) {
        self.close();
    }
}
