//! The server's own thread.

use std::io;
use std::thread::{self, JoinHandle};

use mio::{Poll, Waker};

use super::answer::{Promise, promise};
use super::errands::{Errands, Inbox, errands};
use super::error::StartError;
use super::listener::Listener;
use super::rim::{self, Rim};
use crate::config::Config;
use crate::profile::Profile;

/// A running server. Dropping it closes every connection, frees the port and joins the thread.
#[derive(Debug)]
pub(super) struct Running {
    /// Where the thread gets its server from, as long as it waits for one.
    place: Option<Promise<Life>>,
    /// Their end is the thread's end.
    errands: Option<Errands>,
    thread: Option<JoinHandle<()>>,
}

/// What a server begins with. The poll watches the listeners already.
#[derive(Debug)]
struct Life {
    poll: Poll,
    listeners: Vec<Listener>,
    inbox: Inbox,
    profile: Profile,
    config: Config,
}

impl Running {
    /// Starts the thread, which takes longer than to bind: whoever does this meanwhile saves time.
    pub(super) fn spawn() -> Result<Self, StartError> {
        let (place, awaited) = promise();
        let live = move || {
            if let Some(Life { poll, listeners, inbox, profile, config }) = awaited.wait() {
                Rim::new(poll, listeners, profile, config).live(&inbox);
            }
        };
        let thread = thread::Builder::new()
            .name("twincast-embedded".into())
            .spawn(live)
            .map_err(StartError::Thread)?;
        Ok(Self { place: Some(place), errands: None, thread: Some(thread) })
    }

    /// Gives the thread its server, and does not wait for it: whatever can fail is done here, and
    /// who connects before the thread runs waits in the queue of the listening socket.
    pub(super) fn serve(
        &mut self,
        mut listeners: Vec<Listener>,
        profile: Profile,
        config: Config,
    ) -> Result<(), StartError> {
        let (poll, waker) = watch(&mut listeners).map_err(StartError::Thread)?;
        let (errands, inbox) = errands(waker);
        self.errands = Some(errands);
        if let Some(place) = self.place.take() {
            place.keep(Life { poll, listeners, inbox, profile, config });
        }
        Ok(())
    }

    /// Does something on the server's thread. Nothing happens, and `errand` is dropped, if the
    /// server is gone.
    pub(super) fn send(&self, errand: impl FnOnce(&mut Rim) + Send + 'static) {
        if let Some(errands) = &self.errands {
            errands.send(errand);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.place = None;
        self.errands = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

fn watch(listeners: &mut [Listener]) -> io::Result<(Poll, Waker)> {
    let poll = Poll::new()?;
    let waker = Waker::new(poll.registry(), rim::ERRAND)?;
    for (index, listener) in listeners.iter_mut().enumerate() {
        listener.watch(poll.registry(), rim::door(index))?;
    }
    Ok((poll, waker))
}
