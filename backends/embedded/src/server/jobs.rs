//! Jobs: what handles have the server's thread do between two rounds.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mio::Waker;

/// Something to do with an `L`, on its own thread.
type Job<L> = Box<dyn FnOnce(&mut L) + Send>;

/// A queue of jobs for a thread that `waker` wakes.
pub(super) fn job_queue<L>(waker: Waker) -> (JobSender<L>, JobReceiver<L>) {
    let queue = Mutex::new(Queue { jobs: Vec::new(), is_open: true });
    let shared = Arc::new(Shared { queue, waker });
    (JobSender(Arc::clone(&shared)), JobReceiver(shared))
}

/// The sending half. Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct JobSender<L>(Arc<Shared<L>>);

/// The thread's half. Dropping it drops the jobs that wait, which tells their senders.
#[derive(Debug)]
pub(super) struct JobReceiver<L>(Arc<Shared<L>>);

#[derive(Debug)]
struct Shared<L> {
    queue: Mutex<Queue<L>>,
    /// Lives as long as the thread: a poll forgets the wake-ups of a dropped waker.
    waker: Waker,
}

struct Queue<L> {
    jobs: Vec<Job<L>>,
    /// Both halves live.
    is_open: bool,
}

impl<L> fmt::Debug for Queue<L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").field("is_open", &self.is_open).finish_non_exhaustive()
    }
}

impl<L> Shared<L> {
    /// A panic elsewhere does not spoil the queue: it is whole at any time.
    fn queue(&self) -> MutexGuard<'_, Queue<L>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waking fails only where the system breaks its own rules.
    fn wake(&self) {
        let _ = self.waker.wake();
    }

    /// The caller drops the jobs that wait outside of the lock: their drop may wake a thread.
    fn close(&self) -> Vec<Job<L>> {
        let mut queue = self.queue();
        queue.is_open = false;
        std::mem::take(&mut queue.jobs)
    }
}

impl<L> JobSender<L> {
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
    /// The jobs that wait; `None` once the sender is gone.
    pub(super) fn take(&self) -> Option<Vec<Job<L>>> {
        let mut queue = self.0.queue();
        queue.is_open.then(|| std::mem::take(&mut queue.jobs))
    }
}

impl<L> Drop for JobReceiver<L> {
    fn drop(&mut self) {
        drop(self.0.close());
    }
}
