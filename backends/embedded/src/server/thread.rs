//! The server's own thread.

use std::io;
use std::mem;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use mio::{Poll, Waker};

use super::clock::RunningClock;
use super::error::StartError;
use super::event_loop::EventLoop;
use super::jobs::{JobReceiver, JobSender, job_queue};
use super::listener::ListenSocket;
use super::process_id::ProcessId;
use super::sockets;
use crate::dispatch::Engine;
use crate::profile::Profile;
use crate::state::config::Config;

/// The size of the thread's stack. Scripts may nest values a thousand deep. The system provides only
/// the part of it that is used.
const STACK: usize = if cfg!(feature = "scripts") { 16 * 1024 * 1024 } else { 2 * 1024 * 1024 };

/// The thread of one server. Dropping it closes every connection, frees the port and joins the
/// thread.
#[derive(Debug)]
pub(super) struct ServerThread {
    /// The thread waits on the receiver until it is given its server.
    startup: Option<oneshot::Sender<Startup>>,
    /// Dropping the sender ends the thread.
    jobs: Option<JobSender<EventLoop>>,
    thread: Option<JoinHandle<()>>,
    process: ProcessId,
}

/// The parts of a server before it runs. The sockets are already registered with the poll.
#[derive(Debug)]
struct Startup {
    poll: Poll,
    sockets: Vec<ListenSocket>,
    jobs: JobReceiver<EventLoop>,
    profile: Profile,
    config: Config,
    clock: Arc<RunningClock>,
}

impl ServerThread {
    /// Starts the thread. This takes longer than binding sockets, so the caller binds meanwhile.
    pub(super) fn spawn() -> Result<Self, StartError> {
        let (sender, startup) = oneshot::channel::<Startup>();
        let run = move || {
            if let Ok(startup) = startup.recv() {
                let Startup { poll, sockets, jobs, profile, config, clock } = startup;
                EventLoop::new(poll, sockets, jobs, profile, config, clock).run();
            }
        };
        let thread = thread::Builder::new()
            .name("twincast-embedded".into())
            .stack_size(STACK)
            .spawn(run)
            .map_err(StartError::Thread)?;
        let process = ProcessId::own();
        Ok(Self { startup: Some(sender), jobs: None, thread: Some(thread), process })
    }

    /// Gives the thread its server, without waiting for it. Everything that can fail happens here.
    ///
    /// A client that connects before the thread runs waits in the backlog of the listening socket.
    pub(super) fn serve(
        &mut self,
        mut sockets: Vec<ListenSocket>,
        profile: Profile,
        config: Config,
        clock: Arc<RunningClock>,
    ) -> Result<(), StartError> {
        Engine::prepare(profile);
        let (poll, waker) = watch(&mut sockets).map_err(StartError::Thread)?;
        let (sender, jobs) = job_queue(waker);
        self.jobs = Some(sender);
        if let Some(startup) = self.startup.take() {
            // Sending cannot fail: the thread waits for this message.
            let _ = startup.send(Startup { poll, sockets, jobs, profile, config, clock });
        }
        Ok(())
    }

    /// Whether the server runs: no client has ended it.
    pub(super) fn is_running(&self) -> bool {
        self.jobs.as_ref().is_some_and(JobSender::is_open)
    }

    /// Runs `job` on the server's thread. If the server is gone, the job is dropped.
    pub(super) fn send(&self, job: impl FnOnce(&mut EventLoop) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job);
        }
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        if !self.process.is_own() {
            // A forked child has no such thread, and shares the waker with its parent. Its locks
            // may be held by threads that it does not have either.
            mem::forget((self.startup.take(), self.jobs.take(), self.thread.take()));
            return;
        }
        self.startup = None;
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, it has reported the panic itself.
            let _ = thread.join();
        }
    }
}

fn watch(sockets: &mut [ListenSocket]) -> io::Result<(Poll, Waker)> {
    let poll = Poll::new()?;
    let waker = Waker::new(poll.registry(), sockets::WAKER)?;
    for (index, socket) in sockets.iter_mut().enumerate() {
        socket.watch(poll.registry(), sockets::listener_token(index))?;
    }
    Ok((poll, waker))
}
