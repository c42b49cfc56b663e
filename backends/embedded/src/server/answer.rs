//! One value on its way from the server's thread to whoever waits for it, in a runtime or in none.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// Two ends: the value is given at the first and comes out at the second.
pub(super) fn promise<T>() -> (Promise<T>, Answer<T>) {
    let shared = Arc::new(Shared(Mutex::new(State::Open(None))));
    (Promise(Arc::clone(&shared)), Answer(shared))
}

/// Where the value is given. Dropped without one, it tells so.
#[derive(Debug)]
pub(super) struct Promise<T>(Arc<Shared<T>>);

/// Where the value comes out; nothing, if there will never be one.
#[derive(Debug)]
#[must_use = "nobody else hears the answer"]
pub(super) struct Answer<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T>(Mutex<State<T>>);

#[derive(Debug)]
enum State<T> {
    /// With who is to be woken, once somebody waits.
    Open(Option<Waker>),
    Kept(T),
    /// Broken, or taken already.
    Over,
}

impl<T> Shared<T> {
    /// The state is whole at any time, so a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Only an open promise can be settled.
    fn settle(&self, outcome: State<T>) {
        let mut state = self.state();
        if let State::Open(waiting) = &mut *state {
            let waiting = waiting.take();
            *state = outcome;
            drop(state);
            if let Some(waker) = waiting {
                waker.wake();
            }
        }
    }
}

impl<T> Promise<T> {
    pub(super) fn keep(self, value: T) {
        self.0.settle(State::Kept(value));
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.0.settle(State::Over);
    }
}

impl<T> Answer<T> {
    /// Blocks this thread until the value is there.
    pub(super) fn wait(self) -> Option<T> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut answer = pin!(self);
        loop {
            match answer.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending => thread::park(),
            }
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.state();
        match std::mem::replace(&mut *state, State::Over) {
            State::Open(_) => {
                *state = State::Open(Some(context.waker().clone()));
                Poll::Pending
            }
            State::Kept(value) => Poll::Ready(Some(value)),
            State::Over => Poll::Ready(None),
        }
    }
}

/// Wakes a thread that parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_come_out_as_it_was_given_before_or_while_somebody_waits() {
        let (promise, answer) = promise();
        promise.keep(1);
        assert_eq!(answer.wait(), Some(1));

        let (promise, answer) = super::promise();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| answer.wait());
            promise.keep(2);
            assert_eq!(waiting.join().unwrap(), Some(2));
        });
    }

    #[test]
    fn should_say_when_nothing_will_come() {
        let (promise, answer) = promise::<()>();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| answer.wait());
            drop(promise);
            assert_eq!(waiting.join().unwrap(), None);
        });
    }

    #[tokio::test]
    async fn should_wake_a_task() {
        let (promise, answer) = promise();
        let (value, ()) = tokio::join!(answer, async { promise.keep("here") });
        assert_eq!(value, Some("here"));
    }
}
