use std::{fs, path::PathBuf};

use super::{Process, binary, log, log::Log, port::Port};
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
#[derive(Debug, Clone)]
#[must_use = "a builder starts nothing until start()"]
pub struct Builder {
    binary: Option<PathBuf>,
    port: Option<u16>,
    options: Vec<(String, String)>,
    files: Vec<(String, String)>,
    ready: String,
}

impl Default for Builder {
    fn default() -> Self {
        let (options, files) = (Vec::new(), Vec::new());
        Self { binary: None, port: None, options, files, ready: log::READY_MESSAGE.to_owned() }
    }
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

    /// A file that the server finds in its directory: `.file("nodes.conf", …)`.
    pub fn file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((name.into(), text.into()));
        self
    }

    /// Waits for this in the server's log, where to listen is not to be ready yet: a node of a
    /// cluster says `Cluster state changed: ok` two seconds after that.
    pub fn ready_when(mut self, logged: impl Into<String>) -> Self {
        self.ready = logged.into();
        self
    }

    /// Starts the server, and returns when it has answered on its Unix socket.
    pub fn start(self) -> Result<Process, Error> {
        let dir = tempfile::Builder::new()
            .prefix("twincast-")
            .tempdir()
            .map_err(Error::io("make a temporary directory"))?;
        for (name, text) in &self.files {
            fs::write(dir.path().join(name), text)
                .map_err(Error::io("write the server's files"))?;
        }
        let is_node = self
            .options
            .iter()
            .any(|(name, value)| name == "cluster-enabled" && value.eq_ignore_ascii_case("yes"));
        let port = if is_node { Port::reserve_pair } else { Port::reserve };
        let mut process = Process {
            binary: binary::find(self.binary)?,
            options: self.options,
            ready: self.ready,
            port: port(self.port)?,
            running: None,
            log: Log::default(),
            dir,
        };
        process.launch()?;
        Ok(process)
    }
}
