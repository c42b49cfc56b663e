use std::{fs, path::PathBuf};

use super::{Process, binary, log, log::Log, port::Port, run_dir::RunDir};
use crate::Error;

/// Configures a [`Process`] before it starts.
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
    /// The binary to run. It takes precedence over `TWINCAST_REDIS_SERVER` and PATH.
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// The port to listen on. By default the system chooses a free port, which suits tests.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// A line of the server's configuration: `.option("maxclients", "10")`.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    /// A file to write into the server's directory before it starts: `.file("nodes.conf", …)`.
    pub fn file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((name.into(), text.into()));
        self
    }

    /// The text in the server's log that means "ready". By default, that the server listens; a
    /// cluster node serves commands only two seconds later, at `Cluster state changed: ok`.
    pub fn ready_when(mut self, logged: impl Into<String>) -> Self {
        self.ready = logged.into();
        self
    }

    /// Starts the server, and returns once it has answered on its Unix socket.
    pub fn start(self) -> Result<Process, Error> {
        let binary = binary::find(self.binary)?;
        let dir = RunDir::shared()?.server_dir()?;
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
            binary,
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
