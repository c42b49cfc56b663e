//! A message, encoded once for all its receivers.

use bytes::Bytes;

use crate::wire::{Protocol, Reply};

/// From this size on a message is shared by reference instead of being copied to every receiver.
const SHARE_FROM: usize = 16 * 1024;

/// The frame of one message without its first byte, the only one in which RESP2 and RESP3 differ.
#[derive(Clone, Debug)]
pub(crate) enum Message<'a> {
    /// Cheaper to copy than to share.
    Small(&'a [u8]),
    Shared(Bytes),
}

/// The first byte of a message: an array in RESP2, a push in RESP3.
pub(crate) fn marker(protocol: Protocol) -> u8 {
    match protocol {
        Protocol::Resp2 => b'*',
        Protocol::Resp3 => b'>',
    }
}

impl<'a> Message<'a> {
    /// Encodes the bulk strings `parts` as one message, in `scratch` if it is small.
    pub(crate) fn encode(parts: &[&[u8]], scratch: &'a mut Vec<u8>) -> Self {
        scratch.clear();
        let mut frame = Reply::new(scratch, Protocol::Resp3);
        frame.push(parts.len());
        for part in parts {
            frame.bulk(part);
        }
        if scratch.len() < SHARE_FROM {
            Self::Small(&scratch[1..])
        } else {
            Self::Shared(Bytes::from(std::mem::take(scratch)).slice(1..))
        }
    }

    /// A frame of RESP3 that is encoded already.
    pub(crate) fn encoded(frame: Vec<u8>) -> Message<'static> {
        Message::Shared(Bytes::from(frame).slice(1..))
    }

    /// The same message, free of the scratch buffer that it was encoded in.
    pub(crate) fn detached(&self) -> Message<'static> {
        Message::Shared(match self {
            Self::Small(body) => Bytes::copy_from_slice(body),
            Self::Shared(body) => body.clone(),
        })
    }
}
