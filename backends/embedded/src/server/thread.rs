//! The server's own thread and runtime.

use std::io;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::net::{TcpListener, UnixListener};
use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;

use super::accept::{accept_tcp, accept_unix};
use super::clock::Clock;
use super::error::StartError;
use super::flush::flush_rounds;
use super::listener::Listeners;
use super::rim::Rim;
use crate::config::Config;
use crate::profile::Profile;
use crate::world::World;

/// Something to be done on the server's thread, between two rounds.
type Errand = Box<dyn FnOnce(&Rim) + Send>;

/// A running server. Dropping it closes every connection, frees the port and joins the thread.
#[derive(Debug)]
pub(super) struct Running {
    /// Its end is the thread's end.
    errands: Option<UnboundedSender<Errand>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(super) fn start(
        listeners: Listeners,
        profile: Profile,
        config: Config,
    ) -> Result<Self, StartError> {
        let (errands, inbox) = unbounded_channel();
        let (ready, started) = mpsc::sync_channel(1);
        let life = move || match set_up(listeners) {
            Ok((runtime, sockets)) => {
                let _ = ready.send(Ok(()));
                let clock = Clock::start();
                let world = World::new(profile, config, clock.now());
                runtime.block_on(live(Rc::new(Rim::new(world, clock)), sockets, inbox));
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        };
        let thread = thread::Builder::new()
            .name("twincast-embedded".into())
            .spawn(life)
            .map_err(StartError::Thread)?;
        let running = Self { errands: Some(errands), thread: Some(thread) };
        match started.recv() {
            Ok(Ok(())) => Ok(running),
            Ok(Err(error)) => Err(StartError::Thread(error)),
            Err(_) => Err(StartError::Thread(io::Error::other("the thread ended early"))),
        }
    }

    /// Does something on the server's thread. Nothing happens, and `errand` is dropped, if the
    /// server is gone.
    pub(super) fn send(&self, errand: impl FnOnce(&Rim) + Send + 'static) {
        if let Some(errands) = &self.errands {
            // Fails only when the thread is gone; dropping the errand tells who waits for it.
            let _ = errands.send(Box::new(errand));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.errands = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been reported by its own thread.
            let _ = thread.join();
        }
    }
}

/// The sockets, known to the runtime.
struct Sockets {
    tcp: TcpListener,
    unix: Option<(UnixListener, std::path::PathBuf)>,
}

fn set_up(listeners: Listeners) -> io::Result<(LocalRuntime, Sockets)> {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build_local(LocalOptions::default())?;
    let entered = runtime.enter();
    let tcp = TcpListener::from_std(listeners.tcp)?;
    let unix = match listeners.unix {
        Some((listener, path)) => Some((UnixListener::from_std(listener)?, path)),
        None => None,
    };
    drop(entered);
    Ok((runtime, Sockets { tcp, unix }))
}

/// The life of a server: until nobody holds it any more.
async fn live(rim: Rc<Rim>, sockets: Sockets, mut errands: UnboundedReceiver<Errand>) {
    spawn_local(accept_tcp(Rc::clone(&rim), sockets.tcp));
    if let Some((listener, path)) = sockets.unix {
        spawn_local(accept_unix(Rc::clone(&rim), listener, path));
    }
    spawn_local(flush_rounds(Rc::clone(&rim)));
    while let Some(errand) = errands.recv().await {
        errand(&rim);
        rim.flush.notify_one();
    }
}
