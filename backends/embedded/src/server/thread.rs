//! The server's own thread.

use std::io;
use std::thread::{self, JoinHandle};

use mio::{Poll, Waker};

use super::error::StartError;
use super::event_loop::{self, EventLoop};
use super::jobs::{JobReceiver, JobSender, job_queue};
use super::listener::ListenSocket;
use crate::profile::Profile;
use crate::state::config::Config;

/// A thread with a server. Dropping it closes every connection, frees the port and joins the thread.
#[derive(Debug)]
pub(super) struct ServerThread {
    /// The thread waits for its server at the other end.
    startup: Option<oneshot::Sender<Startup>>,
    /// Dropping the sender ends the thread.
    jobs: Option<JobSender<EventLoop>>,
    thread: Option<JoinHandle<()>>,
}

/// What a server starts with. The poll watches the sockets already.
#[derive(Debug)]
struct Startup {
    poll: Poll,
    sockets: Vec<ListenSocket>,
    jobs: JobReceiver<EventLoop>,
    profile: Profile,
    config: Config,
}

impl ServerThread {
    /// Starts the thread. That takes longer than to bind, so the caller binds meanwhile.
    pub(super) fn spawn() -> Result<Self, StartError> {
        let (sender, startup) = oneshot::channel::<Startup>();
        let run = move || {
            if let Ok(Startup { poll, sockets, jobs, profile, config }) = startup.recv() {
                EventLoop::new(poll, sockets, profile, config).run(&jobs);
            }
        };
        let thread = thread::Builder::new()
            .name("twincast-embedded".into())
            .spawn(run)
            .map_err(StartError::Thread)?;
        Ok(Self { startup: Some(sender), jobs: None, thread: Some(thread) })
    }

    /// Gives the thread its server, without waiting for it. Everything that can fail happens here. A
    /// client that connects before the thread runs waits in the queue of the listening socket.
    pub(super) fn serve(
        &mut self,
        mut sockets: Vec<ListenSocket>,
        profile: Profile,
        config: Config,
    ) -> Result<(), StartError> {
        let (poll, waker) = watch(&mut sockets).map_err(StartError::Thread)?;
        let (sender, jobs) = job_queue(waker);
        self.jobs = Some(sender);
        if let Some(startup) = self.startup.take() {
            // The thread lives at least as long as it waits for this.
            let _ = startup.send(Startup { poll, sockets, jobs, profile, config });
        }
        Ok(())
    }

    /// Runs `job` on the server's thread. If the server is gone, drops it.
    pub(super) fn send(&self, job: impl FnOnce(&mut EventLoop) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job);
        }
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        self.startup = None;
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

fn watch(sockets: &mut [ListenSocket]) -> io::Result<(Poll, Waker)> {
    let poll = Poll::new()?;
    let waker = Waker::new(poll.registry(), event_loop::WAKER)?;
    for (index, socket) in sockets.iter_mut().enumerate() {
        socket.watch(poll.registry(), event_loop::listener_token(index))?;
    }
    Ok((poll, waker))
}
