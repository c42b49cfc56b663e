use bytes::Bytes;

use crate::wire::Frame;

/// What an answer means to a subscriber, where it means anything to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// `message`, `pmessage` or `smessage`.
    Message(Kind),
    /// `subscribe`, `psubscribe` or `ssubscribe`.
    Joined,
    /// `unsubscribe`, `punsubscribe` or `sunsubscribe`.
    Left,
    /// The answer to a PING without an argument.
    Pong,
}

/// Which kind of subscription a message came for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Channel,
    Pattern,
    Shard,
}

impl Spoken {
    pub(super) fn of(frame: &Frame) -> Option<Self> {
        let (Frame::Array(items) | Frame::Push(items)) = frame else {
            return matches!(frame, Frame::Simple(text) if *text == "PONG").then_some(Self::Pong);
        };
        let [Frame::Bulk(kind), ..] = items.as_slice() else { return None };
        match (&kind[..], items.len()) {
            (b"message", 3) => Some(Self::Message(Kind::Channel)),
            (b"pmessage", 4) => Some(Self::Message(Kind::Pattern)),
            (b"smessage", 3) => Some(Self::Message(Kind::Shard)),
            (b"subscribe" | b"psubscribe" | b"ssubscribe", 3) => Some(Self::Joined),
            (b"unsubscribe" | b"punsubscribe" | b"sunsubscribe", 3) => Some(Self::Left),
            (b"pong", 2) => Some(Self::Pong),
            _ => None,
        }
    }

    pub(super) fn is_message(frame: &Frame) -> bool {
        matches!(Self::of(frame), Some(Self::Message(_)))
    }

    pub(super) fn is_confirmation(frame: &Frame) -> bool {
        matches!(Self::of(frame), Some(Self::Joined | Self::Left))
    }
}

/// A message: what was delivered, and for which subscription.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Delivery {
    kind: Kind,
    pattern: Option<Bytes>,
    pub(super) channel: Bytes,
    pub(super) payload: Bytes,
}

impl Delivery {
    pub(super) fn of(frame: &Frame) -> Option<Self> {
        let Some(Spoken::Message(kind)) = Spoken::of(frame) else { return None };
        let (Frame::Array(items) | Frame::Push(items)) = frame else { return None };
        let (pattern, channel, payload) = match items.as_slice() {
            [_, Frame::Bulk(channel), Frame::Bulk(payload)] => (None, channel, payload),
            [_, Frame::Bulk(pattern), Frame::Bulk(channel), Frame::Bulk(payload)] => {
                (Some(pattern.clone()), channel, payload)
            }
            _ => return None,
        };
        Some(Self { kind, pattern, channel: channel.clone(), payload: payload.clone() })
    }

    /// Whether both came from one PUBLISH, as far as can be seen.
    pub(super) fn is_of_one_publication(&self, other: &Self) -> bool {
        (&self.channel, &self.payload) == (&other.channel, &other.payload)
    }
}

/// Channel and payload of PUBLISH or SPUBLISH.
pub(super) fn publication(request: &[Bytes]) -> Option<(&Bytes, &Bytes)> {
    match request {
        [command, channel, payload]
            if command.eq_ignore_ascii_case(b"PUBLISH")
                || command.eq_ignore_ascii_case(b"SPUBLISH") =>
        {
            Some((channel, payload))
        }
        _ => None,
    }
}
