//! The settings of a server, before it starts.

use std::net::IpAddr;
use std::path::PathBuf;

use bytes::Bytes;

use super::clock::Clock;
use super::error::StartError;
use super::handle::EmbeddedRedis;
use super::listener::UnixSocketPath;
use crate::profile::Profile;
use crate::state::cluster::Cluster;
use crate::state::config::Config;

/// A server's settings. They survive [`EmbeddedRedis::restart`].
///
/// ```
/// use twincast_embedded::EmbeddedRedis;
///
/// let redis = EmbeddedRedis::builder().password("secret").unix_socket().start()?;
/// assert!(redis.url().starts_with("redis://:secret@127.0.0.1:"));
/// assert!(redis.unix_path().is_some_and(|path| path.exists()));
/// # Ok::<(), twincast_embedded::StartError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    unix: UnixSocketPath,
    profile: Profile,
    config: Config,
    clock: Clock,
}

impl Builder {
    fn new() -> Self {
        Self {
            unix: UnixSocketPath::Nowhere,
            profile: Profile::default(),
            config: Config::default(),
            clock: Clock::default(),
        }
    }

    /// Listens on this port instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.config.port = port;
        self
    }

    /// Listens on this address instead of the loopback interface, which other machines cannot
    /// reach.
    pub fn bind(mut self, ip: IpAddr) -> Self {
        self.config.bind = ip;
        self
    }

    /// Listens on a Unix socket too, in a temporary directory that is removed with the handle.
    ///
    /// A handle in a `static` is never dropped, so each run of the program would leave a directory
    /// behind: give such a server a [`unix_path`](Self::unix_path), which the next run replaces.
    pub fn unix_socket(mut self) -> Self {
        self.unix = UnixSocketPath::Temporary;
        self
    }

    /// Listens on a Unix socket too, at this path. The file is removed when the server stops.
    ///
    /// A socket file that no process listens on is replaced. Any other file is an error.
    pub fn unix_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.unix = UnixSocketPath::At(path.into());
        self
    }

    /// Imitates this server instead of the newest Redis.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Requires this password from clients, as `requirepass` does. The handle's URLs contain it.
    /// The empty password is none.
    pub fn password(mut self, password: impl Into<Bytes>) -> Self {
        self.config.password = Some(password.into()).filter(|password| !password.is_empty());
        self
    }

    /// Makes the server a node of this cluster, as `cluster-enabled` does.
    pub fn cluster(mut self, cluster: Cluster) -> Self {
        self.config.cluster = Some(cluster);
        self
    }

    /// Takes the time from this clock instead of from the system's.
    ///
    /// With [`Clock::manual`], time stands still until [`EmbeddedRedis::advance`] moves it, so no
    /// key expires while a debugger or a slow machine holds the test.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets a parameter at the start, as a line of `redis.conf` does:
    /// `.parameter("client-output-buffer-limit", "pubsub 1mb 0 0")`.
    ///
    /// # Errors
    ///
    /// If the embedded server does not have the parameter, or does not accept the value.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, StartError> {
        self.config.set_at_start(name, value, self.profile.behaviour()).map_err(|reason| {
            StartError::Parameter { name: name.to_owned(), value: value.to_owned(), reason }
        })?;
        Ok(self)
    }

    /// Rejects connections beyond this number of clients, as `maxclients` does. It is at least 1;
    /// [`EmbeddedRedis::refuse_connections`] admits no clients at all.
    pub fn max_clients(mut self, clients: usize) -> Self {
        self.config.max_clients = clients;
        self
    }

    /// Makes everything that the server chooses at random follow from this number: random keys and
    /// members, and passwords of `ACL GENPASS`. A server with the same seed makes the same choices for
    /// the same requests.
    ///
    /// ```
    /// use twincast_embedded::EmbeddedRedis;
    ///
    /// let draw = || -> Result<_, Box<dyn std::error::Error>> {
    ///     let redis = EmbeddedRedis::builder().seed(7).start()?;
    ///     redis.execute(["SADD", "names", "ann", "bob", "cid", "dan"])?;
    ///     Ok(redis.execute(["SPOP", "names"])?)
    /// };
    /// assert_eq!(draw()?, draw()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = Some(seed);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// If the port or the path is in use, a setting is invalid, or the system is out of threads or
    /// file descriptors.
    pub fn start(self) -> Result<EmbeddedRedis, StartError> {
        if self.config.max_clients == 0 {
            return Err(StartError::Parameter {
                name: "maxclients".to_owned(),
                value: "0".to_owned(),
                reason: "argument must be between 1 and 4294967295 inclusive; use \
                         `refuse_connections` to admit no clients"
                    .to_owned(),
            });
        }
        EmbeddedRedis::start_with(self.profile, self.config, self.clock, &self.unix)
    }
}

impl EmbeddedRedis {
    /// Starts a server on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// If the system is out of ports, threads or file descriptors.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Returns a builder, for a server with other settings than the defaults.
    pub fn builder() -> Builder {
        Builder::new()
    }
}
