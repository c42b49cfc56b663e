use std::{
    env, fmt,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    str::FromStr,
};

use twincast_embedded::Profile;

use super::{BenchError, cpu::Cpu, endpoint::Endpoint};
use twincast_redis::RemoteAddr;

use crate::backend::{BackendError, Identity, Spec};

/// A target on the command line: a backend, or `floor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BenchTarget {
    /// No server: bytes are written straight into the sockets.
    Floor,
    /// A server.
    Server(Spec),
}

impl FromStr for BenchTarget {
    type Err = BackendError;

    fn from_str(text: &str) -> Result<Self, BackendError> {
        if text == "floor" { Ok(Self::Floor) } else { text.parse().map(Self::Server) }
    }
}

impl fmt::Display for BenchTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Floor => f.write_str("floor"),
            Self::Server(spec) => spec.fmt(f),
        }
    }
}

/// A running server. If it was started here, dropping this stops it.
#[derive(Debug)]
pub(super) struct Server {
    /// Its name in tables.
    pub(super) name: String,
    pub(super) endpoint: Endpoint,
    pub(super) cpu: Option<Cpu>,
    /// The server is Redis or one of its forks, so it can be the baseline.
    pub(super) is_real: bool,
    _handle: ServerHandle,
}

/// Keeps the server running, if it was started here.
#[derive(Debug)]
enum ServerHandle {
    Embedded(#[expect(dead_code, reason = "its drop ends the server")] Embedded),
    Process(#[expect(dead_code, reason = "its drop ends the server")] twincast_redis::Process),
    #[cfg(feature = "container")]
    Container(#[expect(dead_code, reason = "its drop ends the server")] twincast_redis::Container),
    Remote,
}

impl Server {
    /// Starts the server, always in a process of its own. Its processor time can then be measured,
    /// and it shares no runtime and no allocator with the load generator.
    pub(super) fn start(spec: &Spec) -> Result<Self, BenchError> {
        match spec {
            Spec::Embedded(profile) => {
                let embedded = Embedded::start(*profile)?;
                let (address, cpu) = (embedded.address, Cpu::of_process(embedded.child.id()));
                Ok(Self {
                    name: spec.to_string(),
                    endpoint: Endpoint::new(address),
                    cpu,
                    is_real: false,
                    _handle: ServerHandle::Embedded(embedded),
                })
            }
            Spec::Process(path) => {
                let mut builder = twincast_redis::Process::builder();
                if let Some(path) = path {
                    builder = builder.binary(path);
                }
                let process = builder.start()?;
                let cpu = process.pid().and_then(Cpu::of_process);
                let (address, url) = (process.addr(), process.url());
                Ok(Self::real(
                    spec,
                    &url,
                    Endpoint::new(address),
                    cpu,
                    ServerHandle::Process(process),
                ))
            }
            #[cfg(feature = "container")]
            Spec::Container(image) => {
                let mut builder = twincast_redis::Container::builder();
                if let Some(image) = image {
                    let Ok(image) = image.parse();
                    builder = builder.image(image);
                }
                let container = builder.start()?;
                let cpu = Cpu::of_container(container.id());
                let (address, url) = (container.addr(), container.url());
                Ok(Self::real(
                    spec,
                    &url,
                    Endpoint::new(address),
                    cpu,
                    ServerHandle::Container(container),
                ))
            }
            #[cfg(not(feature = "container"))]
            Spec::Container(_) => Err(BackendError::NoContainers.into()),
            Spec::Remote(url) => {
                let remote = twincast_redis::Remote::connect(url)?;
                let RemoteAddr::Tcp(address) = *remote.addr() else {
                    return Err(BenchError::OnlyTcp { url: remote.redacted_url() });
                };
                let mut endpoint = Endpoint::new(address);
                if let Some(password) = remote.password() {
                    endpoint = endpoint.with_password(remote.user(), password);
                }
                let cpu = Cpu::of_listener(address);
                Ok(Self::real(spec, remote.url(), endpoint, cpu, ServerHandle::Remote))
            }
        }
    }

    /// A real server under the name that it gives itself. A server that does not identify itself
    /// keeps its name from the command line, and cannot be the baseline.
    fn real(
        spec: &Spec,
        url: &str,
        endpoint: Endpoint,
        cpu: Option<Cpu>,
        handle: ServerHandle,
    ) -> Self {
        let identity = Identity::ask(url).ok().filter(Identity::is_real);
        let name = match (&identity, spec) {
            (Some(identity), Spec::Container(_)) => format!("{identity} (container)"),
            (Some(identity), _) => identity.to_string(),
            (None, Spec::Remote(_)) => endpoint.address.to_string(),
            (None, spec) => spec.to_string(),
        };
        Self { name, endpoint, cpu, is_real: identity.is_some(), _handle: handle }
    }
}

/// This program, running as `twincast serve`.
#[derive(Debug)]
struct Embedded {
    child: Child,
    address: SocketAddr,
}

impl Embedded {
    /// Returns when the server has printed its URL.
    fn start(profile: Profile) -> Result<Self, BenchError> {
        let program = env::current_exe().map_err(BenchError::Serve)?;
        let mut child = Command::new(program)
            .args(["serve", "--port", "0", "--profile", profile.name(), "--until-eof"])
            // The child stops when this pipe closes, also if this process dies without a drop.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(BenchError::Serve)?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(BenchError::Serve)?;
        }
        let address = line.trim().strip_prefix("redis://").and_then(|at| at.parse().ok());
        let mut embedded = Self { child, address: SocketAddr::from(([0, 0, 0, 0], 0)) };
        match address {
            Some(address) => embedded.address = address,
            None => return Err(BenchError::NoAddress { line: line.trim().to_owned() }),
        }
        Ok(embedded)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        // The server leaves nothing behind, so a kill is enough.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_parse_backends_and_the_floor() {
        for text in ["floor", "embedded", "container:redis:8.0", "redis://127.0.0.1:6379"] {
            assert_eq!(text.parse::<BenchTarget>().unwrap().to_string(), text);
        }
        assert!("ceiling".parse::<BenchTarget>().is_err());
    }
}
