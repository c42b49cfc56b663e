//! One type for TCP and Unix sockets.

use std::io::{self, IoSlice, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use mio::event::Source;
use mio::net::{TcpStream, UnixStream};
use mio::{Interest, Registry, Token};
use rustix::buffer::spare_capacity;
use rustix::net::{Shutdown, shutdown};

/// A connection that never blocks.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    fn source(&mut self) -> &mut dyn Source {
        match self {
            Self::Tcp(stream) => stream,
            Self::Unix(stream) => stream,
        }
    }

    /// Registers the socket for reading.
    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        registry.register(self.source(), token, Interest::READABLE)
    }

    /// Extends the registration of the socket to writing.
    pub(super) fn register_for_writing(
        &mut self,
        registry: &Registry,
        token: Token,
    ) -> io::Result<()> {
        registry.reregister(self.source(), token, Interest::READABLE | Interest::WRITABLE)
    }

    /// Appends received bytes, up to the capacity of `buffer`. Returns their number, 0 at the end.
    pub(super) fn read(&self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        Ok(rustix::io::read(self, spare_capacity(buffer))?)
    }

    pub(super) fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match (self, slices) {
            (Self::Tcp(stream), [one]) => stream.write(one),
            (Self::Unix(stream), [one]) => stream.write(one),
            (Self::Tcp(stream), _) => stream.write_vectored(slices),
            (Self::Unix(stream), _) => stream.write_vectored(slices),
        }
    }

    /// Ends the output, even if another process holds a copy of the socket.
    pub(super) fn shut_down(&self) {
        // The client may be gone already.
        let _ = shutdown(self, Shutdown::Write);
    }

    /// The file descriptor, which `CLIENT LIST` shows.
    pub(super) fn number(&self) -> i32 {
        self.as_fd().as_raw_fd()
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(stream) => stream.as_fd(),
            Self::Unix(stream) => stream.as_fd(),
        }
    }
}
