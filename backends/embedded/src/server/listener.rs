//! Listening sockets, bound before the server's thread starts.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use mio::net::{TcpListener, UnixListener};
use mio::{Interest, Registry, Token};
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{Shutdown, shutdown};
use tempfile::TempDir;

use super::error::StartError;
use super::socket::Socket;
use crate::state::client::Peer;
use crate::time::Timestamp;

/// Where to make a Unix socket, if at all.
#[derive(Clone, Debug, Default)]
pub(super) enum UnixSocketPath {
    #[default]
    Nowhere,
    /// In a directory of its own, which is removed with the server.
    Temporary,
    At(PathBuf),
}

/// A listening socket in the poll.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) socket: ListenSocket,
    /// When to accept next: the poll reports a new connection only once.
    pub(super) accept_at: Option<Timestamp>,
}

impl Listener {
    pub(super) fn new(socket: ListenSocket) -> Self {
        Self { socket, accept_at: None }
    }
}

/// A listening socket and its address.
#[derive(Debug)]
pub(super) enum ListenSocket {
    Tcp(TcpListener, SocketAddr),
    Unix(UnixListener, PathBuf),
}

impl ListenSocket {
    /// Registers the listener for incoming connections.
    pub(super) fn watch(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        match self {
            Self::Tcp(listener, _) => registry.register(listener, token, Interest::READABLE),
            Self::Unix(listener, _) => registry.register(listener, token, Interest::READABLE),
        }
    }

    /// Accepts no more connections, even if another process holds the socket too.
    pub(super) fn shut_down(&self) {
        // Where the system cannot shut a listening socket down, dropping it has to do.
        let _ = match self {
            Self::Tcp(listener, _) => shutdown(listener, Shutdown::Both),
            Self::Unix(listener, _) => shutdown(listener, Shutdown::Both),
        };
    }

    /// The next connection.
    pub(super) fn accept(&self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Tcp(listener, address) => {
                let (stream, remote) = listener.accept()?;
                let is_everywhere = address.ip().is_unspecified();
                let local = if is_everywhere { stream.local_addr()? } else { *address };
                Ok((Socket::Tcp(stream), Peer::Tcp { remote, local }))
            }
            Self::Unix(listener, path) => {
                let (stream, _) = listener.accept()?;
                Ok((Socket::Unix(stream), Peer::Unix(path.clone())))
            }
        }
    }
}

/// Binds to `address`; port 0 takes a free one.
pub(super) fn bind_tcp(address: SocketAddr) -> Result<(ListenSocket, SocketAddr), StartError> {
    let bind = || {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        // Connections inherit it. Without it, two commands in two packets wait 40 ms for each other.
        set_tcp_nodelay(&listener, true)?;
        let address = listener.local_addr()?;
        Ok((ListenSocket::Tcp(TcpListener::from_std(listener), address), address))
    };
    bind().map_err(|source: io::Error| StartError::Listen { address, source })
}

/// Decides on the path of the Unix socket, and makes its directory if it gets one of its own.
pub(super) fn choose_path(
    place: &UnixSocketPath,
) -> Result<(Option<PathBuf>, Option<TempDir>), StartError> {
    match place {
        UnixSocketPath::Nowhere => Ok((None, None)),
        UnixSocketPath::At(path) => Ok((Some(path.clone()), None)),
        UnixSocketPath::Temporary => {
            let directory = tempfile::Builder::new()
                .prefix("twincast-")
                .tempdir()
                .map_err(StartError::TemporaryDirectory)?;
            Ok((Some(directory.path().join("redis.sock")), Some(directory)))
        }
    }
}

/// Binds to the Unix socket at `path`.
pub(super) fn bind_unix(path: &Path) -> Result<(ListenSocket, UnixFile), StartError> {
    let bind = || {
        let listener = std::os::unix::net::UnixListener::bind(path)?;
        listener.set_nonblocking(true)?;
        Ok(UnixListener::from_std(listener))
    };
    let listener = bind()
        .map_err(|source: io::Error| StartError::ListenUnix { path: path.to_owned(), source })?;
    Ok((ListenSocket::Unix(listener, path.to_owned()), UnixFile(path.to_owned())))
}

/// The file of a bound Unix socket. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct UnixFile(PathBuf);

impl Drop for UnixFile {
    /// A file that is gone already does no harm.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;

    #[test]
    fn should_accept_connections_that_send_at_once() {
        let (listener, address) = bind_tcp((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let _client = TcpStream::connect(address).unwrap();
        let accepted = loop {
            match listener.accept() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                accepted => break accepted.unwrap(),
            }
        };
        let (Socket::Tcp(stream), _) = accepted else { panic!("another kind of socket") };
        assert!(stream.nodelay().unwrap());
    }
}
