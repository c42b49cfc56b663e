//! A client that sends and receives raw bytes.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]
#![allow(dead_code, reason = "each test binary uses a part of this module")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use twincast_embedded::EmbeddedRedis;

/// The longest time that a test waits for anything.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

pub(crate) struct Raw<S = TcpStream>(pub(crate) S);

impl Raw {
    pub(crate) fn connect(redis: &EmbeddedRedis) -> Self {
        let stream = TcpStream::connect(redis.addr()).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        Self(stream)
    }
}

impl<S: Read + Write> Raw<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self(stream)
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).unwrap();
    }

    /// Reads `len` bytes.
    pub(crate) fn read(&mut self, len: usize) -> String {
        let mut received = vec![0; len];
        self.0.read_exact(&mut received).unwrap();
        String::from_utf8(received).unwrap()
    }

    pub(crate) fn request(&mut self, bytes: impl AsRef<[u8]>, len: usize) -> String {
        self.send(bytes);
        self.read(len)
    }

    /// Reads until the server closes the connection.
    pub(crate) fn read_to_end(&mut self) -> String {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("no end of the stream: {error}"),
        }
        String::from_utf8(bytes).unwrap()
    }
}
