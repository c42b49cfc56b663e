//! A message, encoded once for all its receivers.

use std::ops::Range;

use bytes::Bytes;

use crate::wire::{Protocol, Reply};

/// From this size on a message is shared by reference instead of being copied to sockets' buffers.
const SHARE_FROM: usize = 16 * 1024;

/// More memory than this is not kept from round to round.
const KEEP: usize = 32 * 1024;

/// What this round tells everybody who listens: every small message, one behind the other, once for
/// each protocol that somebody speaks.
///
/// Who listens and keeps up is owed a part of it, and it is written from here: a thousand
/// subscribers read the same bytes, which stay in the processor's cache.
#[derive(Debug, Default)]
pub(crate) struct Broadcast {
    resp2: Vec<u8>,
    resp3: Vec<u8>,
}

impl Broadcast {
    /// A part of what those who speak `protocol` are told.
    pub(crate) fn frames(&self, protocol: Protocol, part: Range<usize>) -> &[u8] {
        match protocol {
            Protocol::Resp2 => &self.resp2[part],
            Protocol::Resp3 => &self.resp3[part],
        }
    }

    /// Everybody has been written to, or has a copy of what is left.
    pub(crate) fn end_round(&mut self) {
        for frames in [&mut self.resp2, &mut self.resp3] {
            frames.clear();
            if frames.capacity() > KEEP {
                *frames = Vec::new();
            }
        }
    }

    fn of_mut(&mut self, protocol: Protocol) -> &mut Vec<u8> {
        match protocol {
            Protocol::Resp2 => &mut self.resp2,
            Protocol::Resp3 => &mut self.resp3,
        }
    }
}

/// The frame of a message as one receiver gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A part of the round's [`Broadcast`].
    Small(Range<usize>),
    /// The marker of the protocol, and then these bytes, which are the same in both.
    Large(u8, Bytes),
}

/// One message on its way: bulk strings, not encoded before somebody is there to receive them.
#[derive(Debug)]
pub(crate) struct Message<'p> {
    parts: &'p [&'p [u8]],
    resp2: Option<Frame>,
    resp3: Option<Frame>,
}

impl<'p> Message<'p> {
    pub(crate) fn new(parts: &'p [&'p [u8]]) -> Self {
        Self { parts, resp2: None, resp3: None }
    }

    /// A push of RESP3 that is encoded already.
    pub(crate) fn encoded(frame: Vec<u8>) -> Message<'static> {
        let body = Bytes::from(frame).slice(1..);
        let resp3 = Some(Frame::Large(marker(Protocol::Resp3), body));
        Message { parts: &[], resp2: None, resp3 }
    }

    /// Its frame in `protocol`.
    #[inline]
    pub(crate) fn frame(&mut self, protocol: Protocol, broadcast: &mut Broadcast) -> &Frame {
        let (frame, other) = match protocol {
            Protocol::Resp2 => (&mut self.resp2, &self.resp3),
            Protocol::Resp3 => (&mut self.resp3, &self.resp2),
        };
        frame.get_or_insert_with(|| encode(self.parts, protocol, other.as_ref(), broadcast))
    }
}

fn encode(
    parts: &[&[u8]],
    protocol: Protocol,
    other: Option<&Frame>,
    broadcast: &mut Broadcast,
) -> Frame {
    if let Some(Frame::Large(_, body)) = other {
        return Frame::Large(marker(protocol), body.clone());
    }
    // A header is as long as the digits of a length and three bytes more.
    let most = parts.iter().map(|part| part.len() + 16).sum::<usize>() + 8;
    if most < SHARE_FROM {
        let out = broadcast.of_mut(protocol);
        let start = out.len();
        out.reserve(most);
        write(parts, protocol, out);
        Frame::Small(start..out.len())
    } else {
        let mut out = Vec::with_capacity(most);
        write(parts, protocol, &mut out);
        Frame::Large(marker(protocol), Bytes::from(out).slice(1..))
    }
}

fn write(parts: &[&[u8]], protocol: Protocol, out: &mut Vec<u8>) {
    let mut frame = Reply::new(out, protocol);
    frame.push(parts.len());
    for part in parts {
        frame.bulk(part);
    }
}

/// The first byte of a message, the only one in which the protocols differ: an array in RESP2, a
/// push in RESP3.
fn marker(protocol: Protocol) -> u8 {
    match protocol {
        Protocol::Resp2 => b'*',
        Protocol::Resp3 => b'>',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_encoded_once_for_each_protocol() {
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
    fn shares_one_body_in_both_protocols_if_it_is_large() {
        let mut broadcast = Broadcast::default();
        let payload = vec![b'x'; SHARE_FROM];
        let parts: [&[u8]; 3] = [b"message", b"c", &payload];
        let mut message = Message::new(&parts);
        let Frame::Large(b'*', resp2) = message.frame(Protocol::Resp2, &mut broadcast).clone()
        else {
            panic!("small")
        };
        let Frame::Large(b'>', resp3) = message.frame(Protocol::Resp3, &mut broadcast) else {
            panic!("small")
        };
        assert_eq!(resp2.as_ptr(), resp3.as_ptr());
        assert!(resp2.starts_with(b"3\r\n$7\r\nmessage\r\n"));
    }
}
