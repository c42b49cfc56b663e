//! Listening sockets, bound before the server's thread starts.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Instant;

use mio::net::{TcpListener, UnixListener};
use mio::{Interest, Registry, Token};
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{Shutdown, listen, shutdown};
use tempfile::TempDir;

use super::error::StartError;
use super::process_id::ProcessId;
use super::socket::Socket;
use crate::state::client::Peer;

/// The place of the Unix socket, if the server has one.
#[derive(Clone, Debug, Default)]
pub(super) enum UnixSocketPath {
    #[default]
    Nowhere,
    /// In a temporary directory, which is removed with the handle.
    Temporary,
    At(PathBuf),
}

/// A listening socket that is registered with the poll.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) socket: ListenSocket,
    /// When to accept next, because the poll reports a new connection only once.
    pub(super) accept_at: Option<Instant>,
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

    /// Refuses further connections, even if another process holds a copy of the socket.
    pub(super) fn shut_down(&self) {
        // Some systems cannot shut a listening socket down. There, dropping it has to do.
        let _ = match self {
            Self::Tcp(listener, _) => shutdown(listener, Shutdown::Both),
            Self::Unix(listener, _) => shutdown(listener, Shutdown::Both),
        };
    }

    /// Accepts the next connection.
    pub(super) fn accept(&self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Tcp(listener, address) => {
                let (stream, remote) = listener.accept()?;
                let is_unspecified = address.ip().is_unspecified();
                let local = if is_unspecified { stream.local_addr()? } else { *address };
                Ok((Socket::Tcp(stream), Peer::Tcp { remote, local }))
            }
            Self::Unix(listener, path) => {
                let (stream, _) = listener.accept()?;
                Ok((Socket::Unix(stream), Peer::Unix(path.clone())))
            }
        }
    }
}

/// Binds to `address`. Port 0 stands for any free port.
pub(super) fn bind_tcp(
    address: SocketAddr,
    backlog: i32,
) -> Result<(ListenSocket, SocketAddr), StartError> {
    let bind = || {
        let listener = std::net::TcpListener::bind(address)?;
        // The standard library listens with a shorter backlog; the second call changes it.
        listen(&listener, backlog)?;
        listener.set_nonblocking(true)?;
        // Connections inherit the option. Without it, a reply may wait 40 ms for the client's
        // acknowledgement of the reply before.
        set_tcp_nodelay(&listener, true)?;
        let address = listener.local_addr()?;
        Ok((ListenSocket::Tcp(TcpListener::from_std(listener), address), address))
    };
    bind().map_err(|source: io::Error| StartError::Listen { address, source })
}

/// Chooses the path of the Unix socket, and creates its directory if that is a temporary one.
pub(super) fn choose_path(
    place: &UnixSocketPath,
) -> Result<(Option<PathBuf>, Option<SocketDirectory>), StartError> {
    match place {
        UnixSocketPath::Nowhere => Ok((None, None)),
        UnixSocketPath::At(path) => Ok((Some(path.clone()), None)),
        UnixSocketPath::Temporary => {
            let directory = tempfile::Builder::new()
                .prefix("twincast-")
                .tempdir()
                .map_err(StartError::TemporaryDirectory)?;
            let path = directory.path().join("redis.sock");
            Ok((Some(path), Some(SocketDirectory { directory, process: ProcessId::own() })))
        }
    }
}

/// Binds to the Unix socket at `path`. A socket file that no process listens on is replaced, as in
/// Redis: a killed program leaves its file behind.
pub(super) fn bind_unix(path: &Path, backlog: i32) -> Result<(ListenSocket, UnixFile), StartError> {
    let bind = || {
        let listener = match std::os::unix::net::UnixListener::bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_abandoned(path) => {
                fs::remove_file(path)?;
                std::os::unix::net::UnixListener::bind(path)?
            }
            bound => bound?,
        };
        listen(&listener, backlog)?;
        listener.set_nonblocking(true)?;
        Ok(UnixListener::from_std(listener))
    };
    let listener = bind()
        .map_err(|source: io::Error| StartError::ListenUnix { path: path.to_owned(), source })?;
    let file = UnixFile { path: path.to_owned(), process: ProcessId::own() };
    Ok((ListenSocket::Unix(listener, path.to_owned()), file))
}

/// Whether there is a socket file at `path` that refuses connections. Other files refuse them too.
fn is_abandoned(path: &Path) -> bool {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    is_socket
        && UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// The file of a bound Unix socket. Dropping it removes the file, in the process that bound it.
#[derive(Debug)]
pub(super) struct UnixFile {
    path: PathBuf,
    process: ProcessId,
}

impl Drop for UnixFile {
    fn drop(&mut self) {
        if self.process.is_own() {
            // The file may be gone already.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The temporary directory of a Unix socket. Dropping it removes the directory, in the process that
/// created it.
#[derive(Debug)]
pub(super) struct SocketDirectory {
    directory: TempDir,
    process: ProcessId,
}

impl Drop for SocketDirectory {
    fn drop(&mut self) {
        if !self.process.is_own() {
            self.directory.disable_cleanup(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};
    use std::time::Duration;

    use super::*;

    #[test]
    fn should_accept_connections_with_nodelay() {
        let (listener, address) = bind_tcp((Ipv4Addr::LOCALHOST, 0).into(), 511).unwrap();
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

    /// With a full backlog the system drops the request to connect, again and again.
    #[test]
    fn should_let_many_connections_wait_to_be_accepted() {
        let (_listener, address) = bind_tcp((Ipv4Addr::LOCALHOST, 0).into(), 511).unwrap();
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_secs(30));
        let clients: Result<Vec<_>, _> = (0..300).map(connect).collect();
        assert_eq!(clients.unwrap().len(), 300);
    }
}
