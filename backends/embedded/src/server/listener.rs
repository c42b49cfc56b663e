//! Where clients find the server: sockets, bound before its thread begins.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::StartError;

/// Where the Unix socket is to be, if there is to be one.
#[derive(Clone, Debug, Default)]
pub(super) enum UnixPlace {
    #[default]
    Nowhere,
    /// In a directory of its own, which goes with the server.
    Temporary,
    At(PathBuf),
}

/// The bound sockets, on their way to the thread.
#[derive(Debug)]
pub(super) struct Listeners {
    pub(super) tcp: TcpListener,
    pub(super) unix: Option<(UnixListener, PathBuf)>,
}

/// Binds to `address`; port 0 takes a free one.
pub(super) fn bind_tcp(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bind().map_err(|source: io::Error| StartError::Listen { address, source })
}

/// Finds the path of the Unix socket, and makes the directory if it is to have one of its own.
pub(super) fn settle(place: &UnixPlace) -> Result<(Option<PathBuf>, Option<TempDir>), StartError> {
    match place {
        UnixPlace::Nowhere => Ok((None, None)),
        UnixPlace::At(path) => Ok((Some(path.clone()), None)),
        UnixPlace::Temporary => {
            let directory = tempfile::Builder::new()
                .prefix("twincast-")
                .tempdir()
                .map_err(StartError::TemporaryDirectory)?;
            Ok((Some(directory.path().join("redis.sock")), Some(directory)))
        }
    }
}

/// Binds to the Unix socket at `path`.
pub(super) fn bind_unix(path: &Path) -> Result<(UnixListener, UnixFile), StartError> {
    let bind = || {
        let listener = UnixListener::bind(path)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    let listener = bind()
        .map_err(|source: io::Error| StartError::ListenUnix { path: path.to_owned(), source })?;
    Ok((listener, UnixFile(path.to_owned())))
}

/// The file of a bound Unix socket, which is removed when nobody listens to it any more.
#[derive(Debug)]
pub(super) struct UnixFile(PathBuf);

impl Drop for UnixFile {
    /// A file that is gone already is no harm.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
