//! Servers in containers, through testcontainers.
//!
//! testcontainers removes a container when its handle is dropped and at no other time: one in a
//! `static` is left behind by every run, and any by a killed one. Here every container belongs to
//! an *owner*, a process, and goes with it, whatever its end is:
//!
//! ```text
//!              starts                         pass, panic, SIGKILL
//! owner ──────────────► keeper, containers ──────────────────────► keeper removes them
//!                                    └── the keeper was killed too: the next start sweeps them
//! ```
//!
//! The owner of a shared container is the run: the process that `TWINCAST_OWNER` names; under
//! nextest, where every test is a process of its own, the runner; else the test process. The owner
//! of a container of one's own is the process that started it.
//!
//! Reading order: `owner` (who lives), `labels` (whose a container is), `keep` and `sweep` (who
//! removes it), `shared` and `lock` (one for all processes of a run), `engine` (what Docker is asked),
//! `place` (where a port is reached), `blame` (what its errors mean), `runtime`.

mod builder;
mod cleanup;
mod docker_error;
mod engine;
mod image;
mod labels;
mod lock;
mod network;
mod orphans;
mod owner;
mod runtime;
mod shared;

use std::net::SocketAddr;

use self::engine::Engine;
pub use self::{builder::Builder, image::Image, orphans::remove_orphans};
use crate::Error;
pub use crate::env::{IMAGE_ENV, OWNER_ENV};

/// A server in a container.
///
/// ```no_run
/// use twincast_redis::Container;
///
/// let server = Container::shared()?;
/// println!("{} runs at {}", server.image(), server.url());
/// # Ok::<(), twincast_redis::Error>(())
/// ```
#[derive(Debug)]
pub struct Container {
    engine: Engine,
    image: Image,
    id: String,
    addr: SocketAddr,
    /// What the server says in its log when it is ready.
    ready: String,
    is_shared: bool,
}

impl Container {
    /// The one container that everything in this run shares, started by whoever asks first. It
    /// stays when this handle is dropped, for whoever asks next, and goes with the run.
    ///
    /// Others talk to the server at the same time: use a [`unique_prefix`](crate::unique_prefix).
    pub fn shared() -> Result<Self, Error> {
        let engine = Engine::connect()?;
        let image = Image::from_env();
        let shared::SharedContainer { id, addr } = shared::get_or_start(&engine, &image)?;
        let ready = engine::READY_MESSAGE.to_owned();
        Ok(Self { engine, image, id, addr, ready, is_shared: true })
    }

    /// A container that nobody else uses: to be stopped, paused and configured. Dropping it
    /// removes it.
    pub fn own() -> Result<Self, Error> {
        Self::builder().start()
    }

    /// For a container of one's own with another image or options of the server.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn started(engine: Engine, image: Image, id: String, ready: String) -> Result<Self, Error> {
        // From here on the handle removes the container, also if its address cannot be had.
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut container = Self { engine, image, id, addr: unknown, ready, is_shared: false };
        container.addr = container.engine.addr(&container.id)?;
        Ok(container)
    }

    /// Where the server listens. It is another port after a [`restart`](Self::restart).
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address as a client's URL.
    pub fn url(&self) -> String {
        format!("redis://{}", self.addr())
    }

    /// What runs in the container.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The container's id, in full; `docker ps` shows its beginning.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The last lines of the server's log.
    pub fn log(&self) -> Result<Vec<String>, Error> {
        self.engine.log(&self.id)
    }

    /// Kills the server, as a crash would: every connection ends, the port refuses.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.exclusive("stop")?.stop(&self.id)
    }

    /// Kills the server if it runs, and starts it again. Docker gives it another port.
    pub fn restart(&mut self) -> Result<(), Error> {
        let engine = self.exclusive("restart")?;
        engine.stop(&self.id)?;
        engine.start_again(&self.id, &self.ready)?;
        self.addr = engine.addr(&self.id)?;
        Ok(())
    }

    /// Freezes the server: connections stay open and nothing is answered until [`resume`].
    ///
    /// [`resume`]: Self::resume
    pub fn pause(&self) -> Result<(), Error> {
        self.exclusive("pause")?.pause(&self.id)
    }

    /// Lets a paused server go on.
    pub fn resume(&self) -> Result<(), Error> {
        self.exclusive("resume")?.resume(&self.id)
    }

    fn exclusive(&self, action: &'static str) -> Result<&Engine, Error> {
        if self.is_shared { Err(Error::SharedContainer { action }) } else { Ok(&self.engine) }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if !self.is_shared {
            // The keeper or the next start does what fails here.
            let _ = self.engine.remove(&self.id);
        }
    }
}
