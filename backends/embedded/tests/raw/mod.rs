//! A client that sends bytes and hears bytes.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]
#![allow(dead_code, reason = "every test binary uses its own part of this")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use twincast_embedded::EmbeddedRedis;

/// How long a test waits for anything at most.
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

    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).unwrap();
    }

    /// The next `len` bytes.
    pub(crate) fn hear(&mut self, len: usize) -> String {
        let mut heard = vec![0; len];
        self.0.read_exact(&mut heard).unwrap();
        String::from_utf8(heard).unwrap()
    }

    pub(crate) fn ask(&mut self, bytes: impl AsRef<[u8]>, len: usize) -> String {
        self.say(bytes);
        self.hear(len)
    }

    /// Everything until the server closes.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("no end of the stream: {error}"),
        }
        String::from_utf8(rest).unwrap()
    }
}
