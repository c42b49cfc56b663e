use super::{
    Container, Image, cleanup,
    engine::{Engine, ServerConfig},
    labels, orphans,
    owner::Owner,
};
use crate::Error;

/// Configures an unshared [`Container`] before it starts.
///
/// ```no_run
/// use twincast_redis::Container;
///
/// let server = Container::builder()
///     .image("valkey/valkey:8.1".parse()?)
///     .option("client-output-buffer-limit", "pubsub 1mb 0 0")
///     .start()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default, Clone)]
#[must_use = "a builder starts nothing until start()"]
pub struct Builder {
    image: Option<Image>,
    options: Vec<(String, String)>,
    files: Vec<(String, String)>,
    ready: Option<String>,
}

impl Builder {
    /// The image. It takes precedence over `TWINCAST_REDIS_IMAGE`.
    pub fn image(mut self, image: Image) -> Self {
        self.image = Some(image);
        self
    }

    /// A line of the server's configuration: `.option("maxclients", "10")`.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    /// A file to write into the container before the server starts, at an absolute path.
    pub fn file(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((path.into(), text.into()));
        self
    }

    /// The text in the server's log that means "ready". By default, that the server listens; a
    /// cluster node serves commands only two seconds later, at `Cluster state changed: ok`.
    pub fn ready_when(mut self, logged: impl Into<String>) -> Self {
        self.ready = Some(logged.into());
        self
    }

    /// Starts the container, and returns once its server is ready.
    pub fn start(self) -> Result<Container, Error> {
        let engine = Engine::connect()?;
        let image = self.image.unwrap_or_else(Image::from_env);
        // This process is the owner even in a larger run: no other process can use the container.
        let owner = Owner::this()?;
        let options =
            self.options.into_iter().flat_map(|(name, value)| [format!("--{name}"), value]);
        let mut config = ServerConfig {
            options: options.collect(),
            files: self.files,
            ..ServerConfig::default()
        };
        if let Some(ready) = self.ready {
            config.ready = ready;
        }

        orphans::remove(&engine)?;
        cleanup::when_owner_ends(&owner)?;
        let id = engine.start(&image, &config, labels::own(&owner))?;
        Container::started(engine, image, id, config.ready)
    }
}
