//! The address of a server and a connection to it, over TCP or a Unix socket.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// The number of bytes read at once.
pub(crate) const CHUNK: usize = 64 * 1024;

/// The address on which a server listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// An address and port.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl Address {
    pub(crate) async fn connect(&self) -> io::Result<Socket> {
        match self {
            Self::Tcp(address) => Socket::tcp(TcpStream::connect(address).await?),
            Self::Unix(path) => UnixStream::connect(path).await.map(Socket::Unix),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self::Unix(path)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "redis://{address}"),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

/// One end of a connection.
pub(crate) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

pub(crate) type Reader<'a> = Box<dyn AsyncRead + Unpin + Send + 'a>;
pub(crate) type Writer<'a> = Box<dyn AsyncWrite + Unpin + Send + 'a>;

impl Socket {
    /// Disables Nagle's algorithm, which would delay every second small frame by 40 ms.
    pub(crate) fn tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self::Tcp(stream))
    }

    /// Both directions. Dropping them does not close the connection.
    pub(crate) fn split(&mut self) -> (Reader<'_>, Writer<'_>) {
        match self {
            Self::Tcp(stream) => {
                let (reader, writer) = stream.split();
                (Box::new(reader), Box::new(writer))
            }
            Self::Unix(stream) => {
                let (reader, writer) = stream.split();
                (Box::new(reader), Box::new(writer))
            }
        }
    }

    /// Closes the writing direction. Has no effect if it is closed already.
    pub(crate) fn half_close(&mut self) {
        let (_, mut writer) = self.split();
        // Shutting down a socket never waits, so one poll is enough.
        let _ = writer.shutdown().now_or_never();
    }

    /// Closes a TCP connection with a reset. A Unix socket has no reset and closes normally.
    pub(crate) fn reset(self) {
        if let Self::Tcp(stream) = self {
            // This fails only if the connection is closed already.
            let _ = stream.set_zero_linger();
        }
    }
}
