//! What handles ask of the server's thread, between two rounds.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mio::Waker;

use super::rim::Rim;

/// Something to be done on the server's thread.
type Errand = Box<dyn FnOnce(&mut Rim) + Send>;

/// Both ends of the way from handles to the thread, which `waker` wakes.
pub(super) fn errands(waker: Waker) -> (Errands, Inbox) {
    let queue = Mutex::new(Queue { waiting: Vec::new(), is_open: true });
    let shared = Arc::new(Shared { queue, waker });
    (Errands(Arc::clone(&shared)), Inbox(shared))
}

/// Where errands are handed in. Dropped, it ends the thread.
#[derive(Debug)]
pub(super) struct Errands(Arc<Shared>);

/// Where the thread finds them. Dropped, it drops what waits, and that tells who waits for it.
#[derive(Debug)]
pub(super) struct Inbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// As long as the thread lives: the poll forgets what a waker said that is gone.
    waker: Waker,
}

struct Queue {
    waiting: Vec<Errand>,
    /// Both ends live.
    is_open: bool,
}

impl fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").field("is_open", &self.is_open).finish_non_exhaustive()
    }
}

impl Shared {
    /// The queue is whole at any time, so a panic elsewhere does not spoil it.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails only where the system breaks its own rules.
    fn wake(&self) {
        let _ = self.waker.wake();
    }

    /// What nobody will do any more is dropped outside of the lock: its drop may wake somebody.
    fn close(&self) -> Vec<Errand> {
        let mut queue = self.queue();
        queue.is_open = false;
        std::mem::take(&mut queue.waiting)
    }
}

impl Errands {
    /// Has `errand` run, or drops it if the thread is gone.
    pub(super) fn send(&self, errand: impl FnOnce(&mut Rim) + Send + 'static) {
        let mut queue = self.0.queue();
        if queue.is_open {
            queue.waiting.push(Box::new(errand));
            drop(queue);
            self.0.wake();
        }
    }
}

impl Drop for Errands {
    fn drop(&mut self) {
        drop(self.0.close());
        self.0.wake();
    }
}

impl Inbox {
    /// What was asked for; nothing, once nobody can ask any more.
    pub(super) fn take(&self) -> Option<Vec<Errand>> {
        let mut queue = self.0.queue();
        queue.is_open.then(|| std::mem::take(&mut queue.waiting))
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        drop(self.0.close());
    }
}
