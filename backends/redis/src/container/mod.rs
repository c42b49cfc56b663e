//! Servers in containers, through testcontainers.
//!
//! testcontainers removes a container only when its handle is dropped: every run would leave behind
//! a container in a `static`, and a killed run all of them. Here every container has an *owner*, a
//! process, and is removed when the owner ends for any reason:
//!
//! ```text
//!              starts                         exit, panic, SIGKILL
//! owner ──────────────► reaper, containers ──────────────────────► the reaper removes them
//!                                    └── the reaper was killed too: the next start removes them
//! ```
//!
//! The owner of a shared container is the test run: the process that `TWINCAST_OWNER` names; under
//! nextest, which runs every test in a process, the runner; else the test process. The owner of any
//! other container is the process that started it.
//!
//! Reading order: `owner` (the process and whether it runs), `labels` (the owner of a container),
//! `cleanup` and `orphans` (removal), `shared` and `lock` (one container for all processes of a
//! run), `engine` (requests to Docker), `network` (addresses of published ports), `docker_error`,
//! `runtime`.

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
    /// The text in the server's log that means "ready".
    ready: String,
    is_shared: bool,
}

impl Container {
    /// The container that all processes of this run share. The first call starts it; dropping the
    /// handle leaves it running, and it is removed when the run ends.
    ///
    /// Other tests use the server at the same time: use a [`unique_prefix`](crate::unique_prefix).
    pub fn shared() -> Result<Self, Error> {
        let engine = Engine::connect()?;
        let image = Image::from_env();
        let shared::SharedContainer { id, addr } = shared::get_or_start(&engine, &image)?;
        let ready = engine::READY_MESSAGE.to_owned();
        Ok(Self { engine, image, id, addr, ready, is_shared: true })
    }

    /// A container that only the caller uses, and may stop, pause and configure. Dropping the
    /// handle removes it.
    pub fn own() -> Result<Self, Error> {
        Self::builder().start()
    }

    /// Configures an unshared container with another image or other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn started(engine: Engine, image: Image, id: String, ready: String) -> Result<Self, Error> {
        // The handle comes first: it removes the container even if its address is unknown.
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut container = Self { engine, image, id, addr: unknown, ready, is_shared: false };
        container.addr = container.engine.addr(&container.id)?;
        Ok(container)
    }

    /// The server's address. A [`restart`](Self::restart) changes its port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address as a client's URL.
    pub fn url(&self) -> String {
        format!("redis://{}", self.addr())
    }

    /// The image of the container.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The container's full id; `docker ps` shows its beginning.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The last lines of the server's log.
    pub fn log(&self) -> Result<Vec<String>, Error> {
        self.engine.log(&self.id)
    }

    /// Kills the server as a crash would: every connection ends, new ones are refused.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.exclusive("stop")?.stop(&self.id)
    }

    /// Kills the server if it runs, and starts it again. Docker publishes it at another port.
    pub fn restart(&mut self) -> Result<(), Error> {
        let engine = self.exclusive("restart")?;
        engine.stop(&self.id)?;
        engine.start_again(&self.id, &self.ready)?;
        self.addr = engine.addr(&self.id)?;
        Ok(())
    }

    /// Freezes the server: connections stay open, but it answers nothing until [`resume`].
    ///
    /// [`resume`]: Self::resume
    pub fn pause(&self) -> Result<(), Error> {
        self.exclusive("pause")?.pause(&self.id)
    }

    /// Resumes a paused server.
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
            // If this fails, the reaper or the next start removes the container.
            let _ = self.engine.remove(&self.id);
        }
    }
}
