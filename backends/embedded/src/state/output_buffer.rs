//! What a client is still owed: bytes on their way to one socket.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;

use bytes::{Buf, Bytes};

use crate::state::pubsub::{Broadcast, Frame};
use crate::time::Timestamp;
use crate::wire::Protocol;

/// Above this the contiguous buffer is sealed and a new one begun, so that a slow reader never makes
/// its server copy megabytes to grow a buffer.
const SEAL_AT: usize = 64 * 1024;

/// What Redis keeps in a buffer of its own for every client, which is not held against the client;
/// the rest it allocates in pieces of at least this size.
const FREE: usize = 16 * 1024;

/// Drained buffers that are larger than this are given back: an idle connection costs little.
const KEEP: usize = 2 * 1024;
const KEEP_CHUNKS: usize = 16;

/// The output buffer of one client.
///
/// Who only listens, and keeps up, needs none: what it is owed is a part of the round's
/// [`Broadcast`]. Everything else is its own. Replies, and the messages between them, are appended
/// to one contiguous buffer, so that one write carries many of them. Large messages are shared by
/// all their receivers and only referred to:
///
/// ```text
/// common: broadcast[a..b]    sealed: [bytes] [shared message] [bytes]    tail: bytes…
/// ```
#[derive(Debug, Default)]
pub(crate) struct OutputBuffer {
    /// Comes before everything else, and does not outlast the round.
    common: Option<(Protocol, Range<usize>)>,
    sealed: VecDeque<Chunk>,
    tail: Vec<u8>,
    /// How much of the tail the socket has taken.
    written: usize,
    /// The sum of what comes before the tail; they change together.
    before_tail: usize,
    /// How much of that is shared with others.
    shared: usize,
    /// Whether a reply that began before anybody knew how long it becomes is among all this.
    pub(crate) has_deferred_length: bool,
    /// Since when the soft limit has been exceeded without a break.
    pub(crate) over_soft_since: Option<Timestamp>,
}

/// A part of what waits.
#[derive(Debug)]
struct Chunk {
    bytes: Bytes,
    /// Whether others are told these bytes too, from the same memory.
    is_shared: bool,
}

impl OutputBuffer {
    /// How many bytes wait to be written.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.before_tail + self.tail.len() - self.written
    }

    /// How much of it counts against the client's limit; where the server refers to large payloads,
    /// the reference does, and not what it refers to.
    ///
    /// Neither a reference nor a reply of unknown length is written to the buffer that is free.
    #[inline]
    pub(crate) fn charged(&self, shares_large_payloads: bool) -> usize {
        let referred = if shares_large_payloads { self.shared } else { 0 };
        let copied = self.len() - referred;
        if referred > 0 || self.has_deferred_length {
            return copied.max(FREE);
        }
        match copied.saturating_sub(FREE) {
            0 => 0,
            rest => rest.max(FREE),
        }
    }

    #[inline]
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

    /// Appends a message, by reference where that is cheaper than a copy.
    #[inline]
    pub(crate) fn push(&mut self, frame: &Frame, protocol: Protocol, broadcast: &Broadcast) {
        match frame {
            Frame::Small(part) => {
                let len = self.len();
                match &mut self.common {
                    None if len == 0 => self.common = Some((protocol, part.clone())),
                    // Nothing comes behind it, and this is what follows in the broadcast.
                    Some((same, common))
                        if len == common.len() && *same == protocol && common.end == part.start =>
                    {
                        common.end = part.end;
                    }
                    _ => {
                        let frame = broadcast.frames(protocol, part.clone());
                        return self.tail().extend_from_slice(frame);
                    }
                }
                self.before_tail += part.len();
            }
            Frame::Large { head, body } => {
                self.tail().extend_from_slice(head);
                self.seal();
                self.before_tail += body.len();
                self.shared += body.len();
                self.sealed.push_back(Chunk { bytes: body.clone(), is_shared: true });
            }
        }
    }

    /// Fills `slices` with what is to be written next and returns how many were used.
    pub(crate) fn slices<'a>(
        &'a self,
        broadcast: &'a Broadcast,
        slices: &mut [IoSlice<'a>],
    ) -> usize {
        let common =
            self.common.iter().map(|(protocol, part)| broadcast.frames(*protocol, part.clone()));
        let own =
            self.sealed.iter().map(|chunk| &chunk.bytes[..]).chain([&self.tail[self.written..]]);
        let chunks = common.chain(own).filter(|chunk| !chunk.is_empty());
        let mut used = 0;
        for (slot, chunk) in slices.iter_mut().zip(chunks) {
            *slot = IoSlice::new(chunk);
            used += 1;
        }
        used
    }

    /// Notes that the socket took the next `taken` bytes.
    pub(crate) fn advance(&mut self, mut taken: usize) {
        if let Some((_, part)) = &mut self.common {
            let step = taken.min(part.len());
            part.start += step;
            taken -= step;
            self.before_tail -= step;
            if part.start < part.end {
                return;
            }
            self.common = None;
        }
        while taken > 0
            && let Some(first) = self.sealed.front_mut()
        {
            let step = taken.min(first.bytes.len());
            first.bytes.advance(step);
            taken -= step;
            self.before_tail -= step;
            if first.is_shared {
                self.shared -= step;
            }
            if first.bytes.is_empty() {
                self.sealed.pop_front();
            }
        }
        self.written += taken;
        if self.is_empty() {
            self.clear();
        }
    }

    /// The round is over: keeps a copy of what the socket did not take of the broadcast.
    #[inline]
    pub(crate) fn end_round(&mut self, broadcast: &Broadcast) {
        if let Some((protocol, part)) = self.common.take() {
            let bytes = Bytes::copy_from_slice(broadcast.frames(protocol, part));
            self.sealed.push_front(Chunk { bytes, is_shared: false });
        }
    }

    /// Forgets everything that has not been written.
    pub(crate) fn clear(&mut self) {
        self.common = None;
        self.written = 0;
        self.before_tail = 0;
        self.shared = 0;
        self.has_deferred_length = false;
        if self.sealed.capacity() > KEEP_CHUNKS {
            self.sealed = VecDeque::new();
        } else {
            self.sealed.clear();
        }
        if self.tail.capacity() > KEEP {
            self.tail = Vec::new();
        } else {
            self.tail.clear();
        }
    }

    fn seal(&mut self) {
        let mut tail = Bytes::from(std::mem::take(&mut self.tail));
        tail.advance(std::mem::take(&mut self.written));
        self.before_tail += tail.len();
        self.sealed.push_back(Chunk { bytes: tail, is_shared: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::pubsub::Message;

    const RESP2: Protocol = Protocol::Resp2;

    fn publish(output: &mut OutputBuffer, broadcast: &mut Broadcast, payload: &str) {
        let parts: [&[u8]; 1] = [payload.as_bytes()];
        let mut message = Message::new(&parts);
        let frame = message.frame(RESP2, broadcast).clone();
        output.push(&frame, RESP2, broadcast);
    }

    fn owed(output: &OutputBuffer, broadcast: &Broadcast) -> String {
        let mut slices = [IoSlice::new(&[]); 8];
        let used = output.slices(broadcast, &mut slices);
        let bytes: Vec<u8> = slices[..used].iter().flat_map(|slice| slice.to_vec()).collect();
        assert_eq!(bytes.len(), output.len());
        String::from_utf8(bytes).unwrap().replace("\r\n", "|")
    }

    #[test]
    fn should_keep_the_order_of_messages_and_replies() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        publish(&mut output, &mut broadcast, "a");
        publish(&mut output, &mut broadcast, "b");
        output.tail().extend(b":1\r\n");
        publish(&mut output, &mut broadcast, "c");
        assert_eq!(owed(&output, &broadcast), "*1|$1|a|*1|$1|b|:1|*1|$1|c|");
        publish(&mut output, &mut broadcast, &"x".repeat(20_000));
        publish(&mut output, &mut broadcast, "d");
        let all = owed(&output, &broadcast);
        assert!(all.ends_with(&format!("*1|$20000|{}|*1|$1|d|", "x".repeat(20_000))), "{all}");
    }

    #[test]
    fn should_need_no_buffer_for_who_only_listens() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        for _ in 0..100 {
            publish(&mut output, &mut broadcast, "hello");
        }
        assert_eq!((output.tail.capacity(), output.sealed.capacity()), (0, 0));
        assert_eq!(output.len(), 1500);
    }

    #[test]
    fn should_skip_what_others_were_told() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        publish(&mut output, &mut broadcast, "a");
        publish(&mut OutputBuffer::default(), &mut broadcast, "not for us");
        publish(&mut output, &mut broadcast, "b");
        assert_eq!(owed(&output, &broadcast), "*1|$1|a|*1|$1|b|");
    }

    #[test]
    fn should_keep_what_the_socket_did_not_take_when_the_round_ends() {
        for taken in 0..=26 {
            let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
            publish(&mut output, &mut broadcast, "a");
            output.tail().extend(b":1\r\n");
            publish(&mut output, &mut broadcast, "b");
            let all = "*1\r\n$1\r\na\r\n:1\r\n*1\r\n$1\r\nb\r\n";
            output.advance(taken);
            output.end_round(&broadcast);
            broadcast.end_round();
            publish(&mut output, &mut broadcast, "c");
            let rest = format!("{}*1|$1|c|", all[taken..].replace("\r\n", "|"));
            // A cut between the bytes of a line break is no line break to the test.
            let owed = owed(&output, &broadcast).replace('\n', "");
            assert_eq!(owed, rest.replace('\n', ""), "{taken}");
        }
    }

    #[test]
    fn should_charge_for_what_it_holds_itself() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        publish(&mut output, &mut broadcast, &"x".repeat(200_000));
        assert!(output.charged(false) > 180_000);
        assert_eq!(output.charged(true), FREE);
        output.tail().extend(vec![b'x'; 20_000]);
        assert_eq!(output.charged(true), 20_001);
        output.advance(output.len());
        assert_eq!((output.charged(false), output.charged(true)), (0, 0));
        output.tail().extend(b":1\r\n");
        output.has_deferred_length = true;
        assert_eq!(output.charged(false), FREE);
    }

    #[test]
    fn should_cost_little_when_it_is_drained() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        output.tail().extend(vec![b'x'; 100_000]);
        publish(&mut output, &mut broadcast, &"x".repeat(20_000));
        output.advance(output.len());
        assert!(output.is_empty());
        assert!(output.tail.capacity() <= KEEP && output.sealed.capacity() <= KEEP_CHUNKS);
    }
}
