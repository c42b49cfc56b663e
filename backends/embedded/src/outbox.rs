//! What a client is still owed: bytes on their way to one socket.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::Bytes;

use crate::hub::{Message, marker};
use crate::moment::Moment;
use crate::wire::Protocol;

/// Above this the contiguous buffer is sealed and a new one begun, so that a slow reader never makes
/// its server copy megabytes to grow a buffer.
const SEAL_AT: usize = 64 * 1024;

/// What Redis keeps in a buffer of its own for every client, which is not held against the client;
/// the rest it allocates in pieces of at least this size.
const FREE: usize = 16 * 1024;

/// A drained buffer that is larger than this is given back: an idle connection costs little.
const KEEP: usize = 4 * 1024;

/// The output buffer of one client.
///
/// Small frames are appended to one contiguous buffer, so that one write carries many of them.
/// Large messages are shared by all their receivers and only referred to:
///
/// ```text
/// sealed: [bytes] [shared message] [bytes]   tail: bytes…
///         └ the first `written` bytes have left already
/// ```
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    sealed: VecDeque<Bytes>,
    tail: Vec<u8>,
    /// How much of the first chunk the socket has taken.
    written: usize,
    /// The sum of the sealed chunks; both change together.
    sealed_len: usize,
    /// Since when the soft limit has been exceeded without a break.
    pub(crate) over_soft_since: Option<Moment>,
}

impl Outbox {
    /// How many bytes wait to be written.
    pub(crate) fn len(&self) -> usize {
        self.sealed_len + self.tail.len() - self.written
    }

    /// How much of it counts against the client's limit.
    #[inline]
    pub(crate) fn charged(&self) -> usize {
        match self.len().saturating_sub(FREE) {
            0 => 0,
            rest => rest.max(FREE),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many separate buffers wait, besides the one that replies are appended to.
    pub(crate) fn sealed_chunks(&self) -> usize {
        self.sealed.len()
    }

    /// Where replies are encoded.
    pub(crate) fn tail(&mut self) -> &mut Vec<u8> {
        if self.tail.len() >= SEAL_AT {
            self.seal();
        }
        &mut self.tail
    }

    /// Appends one message, by copy or by reference, whichever is cheaper.
    #[inline]
    pub(crate) fn push(&mut self, message: &Message<'_>, protocol: Protocol) {
        let tail = self.tail();
        tail.push(marker(protocol));
        match message {
            Message::Small(body) => tail.extend_from_slice(body),
            Message::Shared(body) => {
                self.seal();
                self.sealed_len += body.len();
                self.sealed.push_back(body.clone());
            }
        }
    }

    /// Fills `slices` with what is to be written next and returns how many were used.
    pub(crate) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let chunks = self.sealed.iter().map(|chunk| &chunk[..]).chain([&self.tail[..]]);
        let mut used = 0;
        let mut skip = self.written;
        for (slot, chunk) in slices.iter_mut().zip(chunks) {
            *slot = IoSlice::new(&chunk[skip..]);
            skip = 0;
            used += 1;
        }
        used
    }

    /// Notes that the socket took the next `taken` bytes.
    pub(crate) fn advance(&mut self, taken: usize) {
        self.written += taken;
        while let Some(first) = self.sealed.front()
            && self.written >= first.len()
        {
            self.written -= first.len();
            self.sealed_len -= first.len();
            self.sealed.pop_front();
        }
        if self.is_empty() {
            self.clear();
        }
    }

    /// Forgets everything that has not been written.
    pub(crate) fn clear(&mut self) {
        self.written = 0;
        self.sealed_len = 0;
        self.sealed = VecDeque::new();
        if self.tail.capacity() > KEEP {
            self.tail = Vec::new();
        } else {
            self.tail.clear();
        }
    }

    fn seal(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        self.sealed_len += tail.len();
        self.sealed.push_back(Bytes::from(tail));
    }
}
