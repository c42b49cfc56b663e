//! A running server at a URL.
//!
//! - `url`: parses the URL, and redacts its password.

mod url;

use std::{
    env, io,
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::Duration,
};

use self::url::{Place, Url};
pub use crate::env::URL_ENV;
use crate::{Error, probe};

/// The time limit for connecting and for each reply. It allows for slow networks.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A running server at a URL, which others may use: it is never flushed, configured, paused or
/// stopped. Tests publish there on channels with a [`unique_prefix`](crate::unique_prefix).
///
/// ```no_run
/// let server = twincast_redis::Remote::connect("redis://user:secret@staging.example:6379")?;
/// println!("{} is {:?}", server.url(), server.addr());
/// # Ok::<(), twincast_redis::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Remote {
    url: Url,
    addr: RemoteAddr,
}

/// The address of a server at a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteAddr {
    /// An address and port.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl Remote {
    /// Checks that a Redis server answers at this URL and accepts its user and password.
    pub fn connect(url: &str) -> Result<Self, Error> {
        let url: Url = url.parse()?;
        let unreachable =
            |error| Error::Unreachable { url: url.redacted(), reason: explain_timeout(error) };
        let (mut stream, addr) = open(&url).map_err(unreachable)?;

        if let Some(password) = url.password() {
            let words: Vec<_> = ["AUTH"].into_iter().chain(url.user()).chain([password]).collect();
            let answer = probe::command(&mut stream, &words).map_err(unreachable)?;
            expect_reply("+OK", answer, &url)?;
        }
        let answer = probe::command(&mut stream, &["PING"]).map_err(unreachable)?;
        expect_reply("+PONG", answer, &url)?;
        Ok(Self { url, addr })
    }

    /// The server that `TWINCAST_REDIS_URL` names; `None` if the variable is unset or empty.
    pub fn from_env() -> Result<Option<Self>, Error> {
        match env::var(URL_ENV) {
            Ok(url) if !url.is_empty() => Self::connect(&url).map(Some),
            _ => Ok(None),
        }
    }

    /// The address that answered: a host name may have several.
    pub fn addr(&self) -> &RemoteAddr {
        &self.addr
    }

    /// The URL, password included.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The URL without its password, for reports.
    pub fn redacted_url(&self) -> String {
        self.url.redacted()
    }

    /// The user to authenticate as, if the URL names one.
    pub fn user(&self) -> Option<&str> {
        self.url.user()
    }

    /// The password to authenticate with, if the URL has one.
    pub fn password(&self) -> Option<&str> {
        self.url.password()
    }
}

fn expect_reply(wanted: &str, answer: String, url: &Url) -> Result<(), Error> {
    if answer == wanted {
        Ok(())
    } else {
        Err(Error::UnexpectedReply { url: url.redacted(), reply: answer })
    }
}

/// The system's message for a timeout ("would block") does not say that the server was silent.
fn explain_timeout(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => {
            let message =
                format!("it accepts connections, but sent nothing for {} s", TIMEOUT.as_secs());
            io::Error::new(io::ErrorKind::TimedOut, message)
        }
        _ => error,
    }
}

/// A connection to the server, and its address: of several, the first that accepts a connection.
fn open(url: &Url) -> io::Result<(Box<dyn Stream>, RemoteAddr)> {
    let (host, port) = match url.place() {
        Place::Tcp { host, port } => (host.as_str(), *port),
        Place::Unix(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(TIMEOUT))?;
            stream.set_write_timeout(Some(TIMEOUT))?;
            return Ok((Box::new(stream), RemoteAddr::Unix(path.clone())));
        }
    };
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host name has no address");
    for addr in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&addr, TIMEOUT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.set_write_timeout(Some(TIMEOUT))?;
                return Ok((Box::new(stream), RemoteAddr::Tcp(addr)));
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// A connection of either kind.
trait Stream: io::Read + io::Write {}

impl<S: io::Read + io::Write> Stream for S {}
