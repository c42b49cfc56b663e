//! Messages, each encoded once for all its receivers.

use std::ops::Range;

use bytes::Bytes;

use crate::wire::{Protocol, Reply};

/// From this size on a message is shared by reference, not copied to output buffers.
const SHARE_FROM: usize = 16 * 1024;

/// A buffer that is larger than this is freed at the end of a round.
const KEEP: usize = 32 * 1024;

/// All small messages of this round, one after another, once for each protocol that a receiver
/// uses.
///
/// A subscriber that keeps up is sent a range of these bytes. So a thousand subscribers read the
/// same bytes, which stay in the processor's cache.
#[derive(Debug, Default)]
pub(crate) struct Broadcast {
    resp2: Vec<u8>,
    resp3: Vec<u8>,
}

impl Broadcast {
    /// A range of the messages in `protocol`.
    pub(crate) fn frames(&self, protocol: Protocol, part: Range<usize>) -> &[u8] {
        match protocol {
            Protocol::Resp2 => &self.resp2[part],
            Protocol::Resp3 => &self.resp3[part],
        }
    }

    /// Drops the messages: every receiver has been written to, or holds a copy.
    pub(crate) fn end_round(&mut self) {
        for frames in [&mut self.resp2, &mut self.resp3] {
            frames.clear();
            if frames.capacity() > KEEP {
                *frames = Vec::new();
            }
        }
    }

    fn frames_mut(&mut self, protocol: Protocol) -> &mut Vec<u8> {
        match protocol {
            Protocol::Resp2 => &mut self.resp2,
            Protocol::Resp3 => &mut self.resp3,
        }
    }
}

/// The frame of a message as one receiver gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A range of the round's [`Broadcast`].
    Small(Range<usize>),
    /// The beginning, which depends on the protocol, and the rest, which is the same in both.
    Large {
        /// At least the type marker.
        head: Bytes,
        /// Shared by all receivers.
        body: Bytes,
    },
}

impl Frame {
    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Small(part) => part.len(),
            Self::Large { head, body } => head.len() + body.len(),
        }
    }

    /// The same frame, with a copy of its part of the broadcast: it outlives the round.
    #[cfg(feature = "scripts")]
    pub(crate) fn detached(self, protocol: Protocol, broadcast: &Broadcast) -> Self {
        match self {
            Self::Small(part) => {
                let head = Bytes::copy_from_slice(broadcast.frames(protocol, part));
                Self::Large { head, body: Bytes::new() }
            }
            large => large,
        }
    }
}

/// One message: bulk strings, which are encoded when the first receiver needs them.
#[derive(Debug)]
pub(crate) struct Message<'p> {
    parts: &'p [&'p [u8]],
    /// The last part with its line end, as a slice of memory that a frame may share.
    payload: Option<Bytes>,
    resp2: Option<Frame>,
    resp3: Option<Frame>,
}

impl<'p> Message<'p> {
    pub(crate) fn new(parts: &'p [&'p [u8]]) -> Self {
        Self { parts, payload: None, resp2: None, resp3: None }
    }

    /// Shares a large payload instead of copying it, if `memory` holds the payload with its line
    /// end and little else.
    pub(crate) fn sharing(mut self, memory: Option<&Bytes>) -> Self {
        self.payload = match (self.parts, memory) {
            ([.., payload], Some(memory)) if payload.len() >= SHARE_FROM => {
                slice_with_line_end(memory, payload)
            }
            _ => None,
        };
        self
    }

    /// A message that is already encoded as a RESP3 push.
    pub(crate) fn encoded(frame: Vec<u8>) -> Message<'static> {
        let body = Bytes::from(frame).slice(1..);
        let resp3 = Some(Frame::Large { head: marker(Protocol::Resp3), body });
        Message { parts: &[], payload: None, resp2: None, resp3 }
    }

    /// The frame in `protocol`, encoded at most once.
    #[inline]
    pub(crate) fn frame(&mut self, protocol: Protocol, broadcast: &mut Broadcast) -> &Frame {
        let (frame, other) = match protocol {
            Protocol::Resp2 => (&mut self.resp2, &self.resp3),
            Protocol::Resp3 => (&mut self.resp3, &self.resp2),
        };
        frame.get_or_insert_with(|| match (&self.payload, other) {
            (Some(payload), _) => encode_around(self.parts, protocol, payload.clone()),
            (None, Some(Frame::Large { body, .. })) => {
                Frame::Large { head: marker(protocol), body: body.clone() }
            }
            (None, _) => encode(self.parts, protocol, broadcast),
        })
    }
}

fn encode(parts: &[&[u8]], protocol: Protocol, broadcast: &mut Broadcast) -> Frame {
    let max_len = max_len(parts);
    if max_len < SHARE_FROM {
        let out = broadcast.frames_mut(protocol);
        let start = out.len();
        out.reserve(max_len);
        write(parts, protocol, out);
        Frame::Small(start..out.len())
    } else {
        let mut out = Vec::with_capacity(max_len);
        write(parts, protocol, &mut out);
        Frame::Large { head: marker(protocol), body: Bytes::from(out).slice(1..) }
    }
}

/// A frame of these parts that shares `payload`: the last part with its line end.
fn encode_around(parts: &[&[u8]], protocol: Protocol, payload: Bytes) -> Frame {
    let before = &parts[..parts.len() - 1];
    let mut head = Vec::with_capacity(max_len(before) + 16);
    let mut frame = Reply::new(&mut head, protocol);
    frame.push(parts.len());
    for part in before {
        frame.bulk(part);
    }
    frame.bulk_header(payload.len() - 2);
    Frame::Large { head: head.into(), body: payload }
}

/// An upper bound for the length of a frame of these parts. A header needs three bytes and the
/// digits of a length.
fn max_len(parts: &[&[u8]]) -> usize {
    parts.iter().map(|part| part.len() + 16).sum::<usize>() + 8
}

/// `part` and the line end after it as a slice of `memory`, if they are at least half of it.
fn slice_with_line_end(memory: &Bytes, part: &[u8]) -> Option<Bytes> {
    let start = part.as_ptr().addr().checked_sub(memory.as_ptr().addr())?;
    let end = start + part.len();
    let has_line_end = memory.get(end..end + 2)? == b"\r\n";
    (has_line_end && part.len() >= memory.len() / 2).then(|| memory.slice(start..end + 2))
}

fn write(parts: &[&[u8]], protocol: Protocol, out: &mut Vec<u8>) {
    let mut frame = Reply::new(out, protocol);
    frame.push(parts.len());
    for part in parts {
        frame.bulk(part);
    }
}

/// The first byte of a message: an array in RESP2, a push in RESP3. The protocols differ in no
/// other byte.
fn marker(protocol: Protocol) -> Bytes {
    match protocol {
        Protocol::Resp2 => Bytes::from_static(b"*"),
        Protocol::Resp3 => Bytes::from_static(b">"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_encoded_once_for_each_protocol() {
        let mut broadcast = Broadcast::default();
        let mut message = Message::new(&[b"message", b"c", b"hi"]);
        let first = message.frame(Protocol::Resp2, &mut broadcast).clone();
        assert_eq!(*message.frame(Protocol::Resp2, &mut broadcast), first);
        assert_eq!(first, Frame::Small(0..32));
        message.frame(Protocol::Resp3, &mut broadcast);
        let frames = |protocol| broadcast.frames(protocol, 0..32).to_vec();
        assert_eq!(frames(Protocol::Resp2), b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");
        assert_eq!(frames(Protocol::Resp3), b">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");
    }

    #[test]
    fn a_large_message_has_one_body_in_both_protocols() {
        let mut broadcast = Broadcast::default();
        let payload = vec![b'x'; SHARE_FROM];
        let parts: [&[u8]; 3] = [b"message", b"c", &payload];
        let mut message = Message::new(&parts);
        let resp2 = large(message.frame(Protocol::Resp2, &mut broadcast));
        let resp3 = large(message.frame(Protocol::Resp3, &mut broadcast));
        assert_eq!((&resp2.0[..], &resp3.0[..]), (&b"*"[..], &b">"[..]));
        assert_eq!(resp2.1.as_ptr(), resp3.1.as_ptr());
        assert!(resp2.1.starts_with(b"3\r\n$7\r\nmessage\r\n"));
    }

    #[test]
    fn a_payload_that_fills_most_of_its_memory_is_shared() {
        let request = |rest: usize| {
            let words = b"*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$16384\r\n".to_vec();
            let (start, payload) = (words.len(), vec![b'x'; SHARE_FROM]);
            let memory = Bytes::from([words, payload, b"\r\n".to_vec(), vec![b'y'; rest]].concat());
            (memory, start)
        };
        for (rest, is_shared) in [(0, true), (10_000, true), (20_000, false)] {
            let mut broadcast = Broadcast::default();
            let (memory, start) = request(rest);
            let parts: [&[u8]; 3] = [b"message", b"c", &memory[start..start + SHARE_FROM]];
            let mut message = Message::new(&parts).sharing(Some(&memory));
            for (protocol, marker) in [(Protocol::Resp2, "*"), (Protocol::Resp3, ">")] {
                let (head, body) = large(message.frame(protocol, &mut broadcast));
                assert_eq!(body.as_ptr() == memory[start..].as_ptr(), is_shared, "{rest}");
                let expected = format!(
                    "{marker}3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$16384\r\n{}\r\n",
                    "x".repeat(SHARE_FROM)
                );
                assert_eq!([head, body].concat(), expected.as_bytes(), "{rest}");
            }
        }
    }

    #[test]
    fn a_payload_in_other_memory_is_not_shared() {
        let (memory, payload) = (Bytes::from(vec![b'x'; 40_000]), vec![b'x'; SHARE_FROM]);
        assert_eq!(slice_with_line_end(&memory, &payload), None);
        assert_eq!(slice_with_line_end(&memory, &memory[20_000..]), None);
    }

    fn large(frame: &Frame) -> (Bytes, Bytes) {
        let Frame::Large { head, body } = frame else { panic!("small") };
        (head.clone(), body.clone())
    }
}
