//! Servers in containers.

mod image;

use std::net::SocketAddr;

pub use self::image::Image;
use crate::Error;

/// The environment variable that names the image: `redis:8.0`, `valkey/valkey:8.1` …
pub const IMAGE_ENV: &str = "TWINCAST_REDIS_IMAGE";

/// The environment variable that names the process that owns the containers.
pub const OWNER_ENV: &str = "TWINCAST_OWNER";

/// A server in a container.
#[derive(Debug)]
pub struct Container {
    addr: SocketAddr,
    image: Image,
    id: String,
}

impl Container {
    /// The container that this run shares, started by whoever asks first.
    pub fn shared() -> Result<Self, Error> {
        Err(Error::Shared { action: "start" })
    }

    /// A container that nobody else uses. Dropping it removes it.
    pub fn own() -> Result<Self, Error> {
        Self::builder().start()
    }

    /// For a container of one's own with another image or options of the server.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where the server listens. A stopped container that starts again may get another port.
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

    /// The container's id, as `docker ps` shows it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Stops the server: connections end, the port refuses.
    pub fn stop(&mut self) -> Result<(), Error> {
        Err(Error::Shared { action: "stop" })
    }

    /// Starts a stopped server, or stops and starts a running one; its address may change.
    pub fn restart(&mut self) -> Result<(), Error> {
        Err(Error::Shared { action: "restart" })
    }

    /// Freezes the server: connections stay open and nothing is answered.
    pub fn pause(&self) -> Result<(), Error> {
        Err(Error::Shared { action: "pause" })
    }

    /// Lets a paused server go on.
    pub fn resume(&self) -> Result<(), Error> {
        Err(Error::Shared { action: "resume" })
    }

    /// The last lines of the server's log.
    pub fn log(&self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}

/// What to start, where it is not the default.
#[derive(Debug, Default, Clone)]
#[must_use = "a builder starts nothing until start()"]
pub struct Builder {
    image: Option<Image>,
    options: Vec<(String, String)>,
}

impl Builder {
    /// The image, in place of the one that `TWINCAST_REDIS_IMAGE` names.
    pub fn image(mut self, image: Image) -> Self {
        self.image = Some(image);
        self
    }

    /// A line of the server's configuration: `.option("maxclients", "10")`.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    /// Starts the container, and returns when its server is ready.
    pub fn start(self) -> Result<Container, Error> {
        Err(Error::Shared { action: "start" })
    }
}

/// Removes the containers whose owners are gone, and returns how many there were.
pub fn sweep() -> Result<usize, Error> {
    Ok(0)
}
