//! The client output buffer: bytes that wait to be written to one socket.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;

use bytes::{Buf, Bytes};

use crate::state::pubsub::{Broadcast, Frame};
use crate::time::Timestamp;
use crate::wire::Protocol;

/// From this size on the contiguous buffer is sealed and a new one begun. So a slow reader never
/// makes the server copy megabytes to grow a buffer.
const SEAL_AT: usize = 64 * 1024;

/// The size of the buffer that Redis gives to every client and does not charge for. Redis allocates
/// further output in blocks of at least this size.
const UNCHARGED: usize = 16 * 1024;

/// The cost of a reply without items in a block of its own.
const EMPTY_REPLY: usize = 64;

/// Drained buffers that are larger than this are freed, so that an idle connection costs little.
const KEEP: usize = 2 * 1024;
const KEEP_CHUNKS: usize = 16;

/// The output buffer of one client.
///
/// A subscriber that keeps up needs no buffer of its own: it is sent a range of the round's shared
/// [`Broadcast`]. Replies, and the messages between them, are appended to one contiguous buffer, so
/// that one write carries many of them. Large messages are not copied: all receivers share them.
///
/// ```text
/// from_broadcast: broadcast[a..b]    sealed: [bytes] [shared message] [bytes]    tail: bytes…
/// ```
#[derive(Debug, Default)]
pub(crate) struct OutputBuffer {
    /// Written before everything else; `None` between rounds.
    from_broadcast: Option<(Protocol, Range<usize>)>,
    sealed: VecDeque<Chunk>,
    tail: Vec<u8>,
    /// How many bytes of the tail the socket has taken.
    written: usize,
    /// How many bytes the socket has taken since the client connected.
    taken: u64,
    /// How many bytes come before the tail; it changes with them.
    before_tail: usize,
    /// How many of those bytes are shared with other clients.
    shared: usize,
    /// How many bytes of a shared message are written already, while its rest is not. From when the
    /// server begins to send such a message, all of it counts.
    begun: usize,
    /// Whether it holds output that never goes to the uncharged buffer: a reply whose length was
    /// unknown when it began, or a message that was held back.
    pub(crate) skips_uncharged: bool,
    /// How many bytes it had received at the end of a reply that was begun like this and has no items.
    /// It takes little, but what follows never goes to the uncharged buffer either.
    end_of_empty_reply: Option<u64>,
    /// Since when the soft limit has been exceeded without a break.
    pub(crate) over_soft_since: Option<Timestamp>,
}

/// A sealed part of the output.
#[derive(Debug)]
struct Chunk {
    bytes: Bytes,
    /// Whether it is a payload that is shared with other clients.
    is_shared: bool,
    /// Whether the server has begun to send it, so that it counts although it is shared.
    is_begun: bool,
}

impl Chunk {
    fn new(bytes: Bytes, is_shared: bool) -> Self {
        Self { bytes, is_shared, is_begun: false }
    }
}

impl OutputBuffer {
    /// How many bytes it has received since the client connected.
    #[inline]
    pub(crate) fn received(&self) -> u64 {
        self.taken + self.len() as u64
    }

    /// How many bytes are not written yet.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.before_tail + self.tail.len() - self.written
    }

    /// How many bytes count against the client's limit. Where the server shares large payloads,
    /// only the reference counts, not the payload, until the server begins to send it.
    ///
    /// References and replies of unknown length never go to the uncharged buffer.
    #[inline]
    pub(crate) fn charged(&self, shares_large_payloads: bool) -> usize {
        let (shared, begun) =
            if shares_large_payloads { (self.shared, self.begun) } else { (0, 0) };
        let copied = self.len() - shared + begun;
        let follows_empty = self.end_of_empty_reply.is_some_and(|end| self.received() > end);
        if shared + begun > 0 || self.skips_uncharged || follows_empty {
            return copied.max(UNCHARGED);
        }
        match copied.saturating_sub(UNCHARGED) {
            0 if self.end_of_empty_reply.is_some() => EMPTY_REPLY,
            0 => 0,
            rest => rest.max(UNCHARGED),
        }
    }

    /// Marks the reply that is written next as one without items whose length was unknown when the
    /// server began it.
    pub(crate) fn begin_empty_reply(&mut self) {
        self.end_of_empty_reply = Some(self.received() + b"*0\r\n".len() as u64);
    }

    /// The same for the reply that was written last.
    #[cfg(feature = "scripts")]
    pub(crate) fn end_empty_reply(&mut self) {
        self.end_of_empty_reply = Some(self.received());
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many separate buffers there are, besides the one that replies are appended to.
    pub(crate) fn sealed_chunks(&self) -> usize {
        self.sealed.len()
    }

    /// The buffer that replies are appended to.
    pub(crate) fn tail(&mut self) -> &mut Vec<u8> {
        if self.tail.len() >= SEAL_AT {
            self.seal();
        }
        &mut self.tail
    }

    /// Appends a message, by reference where that is cheaper than a copy. `was_deferred` says that
    /// it waited for the client's own reply: a server copies such a message into a buffer of its
    /// own, even if it shares large payloads.
    #[inline]
    pub(crate) fn push(
        &mut self,
        frame: &Frame,
        protocol: Protocol,
        broadcast: &Broadcast,
        was_deferred: bool,
    ) {
        self.skips_uncharged |= was_deferred;
        match frame {
            Frame::Small(part) => {
                let len = self.len();
                match &mut self.from_broadcast {
                    None if len == 0 => self.from_broadcast = Some((protocol, part.clone())),
                    // The buffer holds nothing else, and the new message follows in the broadcast.
                    Some((same, range))
                        if len == range.len() && *same == protocol && range.end == part.start =>
                    {
                        range.end = part.end;
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
                self.shared += if was_deferred { 0 } else { body.len() };
                self.sealed.push_back(Chunk::new(body.clone(), !was_deferred));
            }
        }
    }

    /// Fills `slices` with the bytes to write next, and returns how many slices it used.
    pub(crate) fn slices<'a>(
        &'a self,
        broadcast: &'a Broadcast,
        slices: &mut [IoSlice<'a>],
    ) -> usize {
        let shared = self
            .from_broadcast
            .iter()
            .map(|(protocol, part)| broadcast.frames(*protocol, part.clone()));
        let own =
            self.sealed.iter().map(|chunk| &chunk.bytes[..]).chain([&self.tail[self.written..]]);
        let chunks = shared.chain(own).filter(|chunk| !chunk.is_empty());
        let mut used = 0;
        for (slot, chunk) in slices.iter_mut().zip(chunks) {
            *slot = IoSlice::new(chunk);
            used += 1;
        }
        used
    }

    /// Records that the socket took the next `taken` bytes.
    pub(crate) fn advance(&mut self, mut taken: usize) {
        self.taken += taken as u64;
        if let Some((_, part)) = &mut self.from_broadcast {
            let step = taken.min(part.len());
            part.start += step;
            taken -= step;
            self.before_tail -= step;
            if part.start < part.end {
                return;
            }
            self.from_broadcast = None;
        }
        while taken > 0
            && let Some(first) = self.sealed.front_mut()
        {
            let step = taken.min(first.bytes.len());
            if first.is_shared && !first.is_begun {
                first.is_begun = true;
                self.shared -= first.bytes.len();
            }
            first.bytes.advance(step);
            taken -= step;
            self.before_tail -= step;
            self.begun += if first.is_begun { step } else { 0 };
            if first.bytes.is_empty() {
                self.sealed.pop_front();
                self.begun = 0;
            }
        }
        self.written += taken;
        if self.is_empty() {
            self.clear();
        }
    }

    /// Ends a round: keeps a copy of the bytes of the broadcast that the socket did not take.
    #[inline]
    pub(crate) fn end_round(&mut self, broadcast: &Broadcast) {
        if let Some((protocol, part)) = self.from_broadcast.take() {
            let bytes = Bytes::copy_from_slice(broadcast.frames(protocol, part));
            self.sealed.push_front(Chunk::new(bytes, false));
        }
    }

    /// Drops all output that has not been written.
    pub(crate) fn clear(&mut self) {
        self.from_broadcast = None;
        self.written = 0;
        self.before_tail = 0;
        self.shared = 0;
        self.begun = 0;
        self.skips_uncharged = false;
        self.end_of_empty_reply = None;
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

    /// Moves all output, which no socket takes, to `out`.
    #[cfg(feature = "scripts")]
    pub(crate) fn take_into(&mut self, out: &mut Vec<u8>) {
        self.sealed.iter().for_each(|chunk| out.extend_from_slice(&chunk.bytes));
        out.extend_from_slice(&self.tail);
        self.clear();
    }

    fn seal(&mut self) {
        let mut tail = Bytes::from(std::mem::take(&mut self.tail));
        tail.advance(std::mem::take(&mut self.written));
        self.before_tail += tail.len();
        self.sealed.push_back(Chunk::new(tail, false));
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
        output.push(&frame, RESP2, broadcast, false);
    }

    fn unwritten(output: &OutputBuffer, broadcast: &Broadcast) -> String {
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
        assert_eq!(unwritten(&output, &broadcast), "*1|$1|a|*1|$1|b|:1|*1|$1|c|");
        publish(&mut output, &mut broadcast, &"x".repeat(20_000));
        publish(&mut output, &mut broadcast, "d");
        let all = unwritten(&output, &broadcast);
        assert!(all.ends_with(&format!("*1|$20000|{}|*1|$1|d|", "x".repeat(20_000))), "{all}");
    }

    #[test]
    fn should_need_no_buffer_for_a_subscriber_that_keeps_up() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        for _ in 0..100 {
            publish(&mut output, &mut broadcast, "hello");
        }
        assert_eq!((output.tail.capacity(), output.sealed.capacity()), (0, 0));
        assert_eq!(output.len(), 1500);
    }

    #[test]
    fn should_skip_messages_to_other_clients() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        publish(&mut output, &mut broadcast, "a");
        publish(&mut OutputBuffer::default(), &mut broadcast, "not for us");
        publish(&mut output, &mut broadcast, "b");
        assert_eq!(unwritten(&output, &broadcast), "*1|$1|a|*1|$1|b|");
    }

    #[test]
    fn should_keep_unwritten_messages_when_the_round_ends() {
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
            // The cut may split a line break, which then is not shown as `|`.
            let unwritten = unwritten(&output, &broadcast).replace('\n', "");
            assert_eq!(unwritten, rest.replace('\n', ""), "{taken}");
        }
    }

    #[test]
    fn should_not_charge_for_shared_payloads() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        publish(&mut output, &mut broadcast, &"x".repeat(200_000));
        assert!(output.charged(false) > 180_000);
        assert_eq!(output.charged(true), UNCHARGED);
        output.tail().extend(vec![b'x'; 20_000]);
        assert_eq!(output.charged(true), 20_001);
        output.advance(output.len());
        assert_eq!((output.charged(false), output.charged(true)), (0, 0));
        output.tail().extend(b":1\r\n");
        output.skips_uncharged = true;
        assert_eq!(output.charged(false), UNCHARGED);
    }

    #[test]
    fn should_charge_all_of_a_shared_payload_that_is_being_sent() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        publish(&mut output, &mut broadcast, &"x".repeat(200_000));
        publish(&mut output, &mut broadcast, &"y".repeat(300_000));
        assert_eq!(output.charged(true), UNCHARGED);
        let before = output.charged(false);
        output.advance(100_000);
        assert!((200_000..200_100).contains(&output.charged(true)), "{}", output.charged(true));
        assert_eq!(output.charged(false), before - 100_000);
        output.advance(110_000);
        assert!((300_000..300_100).contains(&output.charged(true)), "{}", output.charged(true));
        output.advance(output.len());
        assert_eq!((output.charged(false), output.charged(true)), (0, 0));
    }

    #[test]
    fn should_free_large_buffers_when_it_is_drained() {
        let (mut output, mut broadcast) = (OutputBuffer::default(), Broadcast::default());
        output.tail().extend(vec![b'x'; 100_000]);
        publish(&mut output, &mut broadcast, &"x".repeat(20_000));
        output.advance(output.len());
        assert!(output.is_empty());
        assert!(output.tail.capacity() <= KEEP && output.sealed.capacity() <= KEEP_CHUNKS);
    }
}
