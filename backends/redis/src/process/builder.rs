use std::path::PathBuf;

use super::{Process, binary, log::Log, port::Port};
use crate::Error;

/// What to start, where it is not the default.
///
/// ```no_run
/// let server = twincast_redis::Process::builder()
///     .binary("/opt/valkey/bin/valkey-server")
///     .option("client-output-buffer-limit", "pubsub 1mb 0 0")
///     .start()?;
/// # Ok::<(), twincast_redis::Error>(())
/// ```
#[derive(Debug, Default, Clone)]
#[must_use = "a builder starts nothing until start()"]
pub struct Builder {
    binary: Option<PathBuf>,
    port: Option<u16>,
    options: Vec<(String, String)>,
}

impl Builder {
    /// The binary to run, in place of `TWINCAST_REDIS_SERVER` and PATH.
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// A port of one's own choice. Without it the system chooses a free one, which is what tests want.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// A line of the server's configuration: `.option("maxclients", "10")`.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    /// Starts the server, and returns when it has answered on its Unix socket.
    pub fn start(self) -> Result<Process, Error> {
        let dir = tempfile::Builder::new()
            .prefix("twincast-")
            .tempdir()
            .map_err(Error::io("make a temporary directory"))?;
        let mut process = Process {
            binary: binary::find(self.binary)?,
            options: self.options,
            port: Port::reserve(self.port)?,
            running: None,
            log: Log::default(),
            dir,
        };
        process.launch()?;
        Ok(process)
    }
}
