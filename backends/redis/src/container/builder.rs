use super::{
    Container, Image, cleanup,
    engine::{Engine, ServerConfig},
    labels, orphans,
    owner::Owner,
};
use crate::Error;

/// A container of one's own, where it is not the default one.
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

    /// A file in the container, at an absolute path.
    pub fn file(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((path.into(), text.into()));
        self
    }

    /// Waits for this in the server's log, where to listen is not to be ready yet: a node of a
    /// cluster says `Cluster state changed: ok` two seconds after that.
    pub fn ready_when(mut self, logged: impl Into<String>) -> Self {
        self.ready = Some(logged.into());
        self
    }

    /// Starts the container, and returns when its server is ready.
    pub fn start(self) -> Result<Container, Error> {
        let engine = Engine::connect()?;
        let image = self.image.unwrap_or_else(Image::from_env);
        // The owner is this process even in a larger run: nobody else can use the container.
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
