use std::hash::{Hash, Hasher};

use bytes::Bytes;

use crate::wire::Frame;

/// The kind of a Pub/Sub frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PubSubFrame {
    /// `message`, `pmessage` or `smessage`.
    Message(SubscriptionKind),
    /// `subscribe`, `psubscribe` or `ssubscribe`.
    Subscribed,
    /// `unsubscribe`, `punsubscribe` or `sunsubscribe`.
    Unsubscribed,
    /// The answer to a PING without an argument.
    Pong,
}

/// The kind of subscription that a message was delivered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum SubscriptionKind {
    Channel,
    Pattern,
    Shard,
}

impl PubSubFrame {
    pub(super) fn of(frame: &Frame) -> Option<Self> {
        let (Frame::Array(items) | Frame::Push(items)) = frame else {
            return matches!(frame, Frame::Simple(text) if *text == "PONG").then_some(Self::Pong);
        };
        let [Frame::Bulk(kind), ..] = items.as_slice() else { return None };
        match (&kind[..], items.len()) {
            (b"message", 3) => Some(Self::Message(SubscriptionKind::Channel)),
            (b"pmessage", 4) => Some(Self::Message(SubscriptionKind::Pattern)),
            (b"smessage", 3) => Some(Self::Message(SubscriptionKind::Shard)),
            (b"subscribe" | b"psubscribe" | b"ssubscribe", 3) => Some(Self::Subscribed),
            (b"unsubscribe" | b"punsubscribe" | b"sunsubscribe", 3) => Some(Self::Unsubscribed),
            (b"pong", 2) => Some(Self::Pong),
            _ => None,
        }
    }

    pub(super) fn is_message(frame: &Frame) -> bool {
        matches!(Self::of(frame), Some(Self::Message(_)))
    }

    pub(super) fn is_confirmation(frame: &Frame) -> bool {
        matches!(Self::of(frame), Some(Self::Subscribed | Self::Unsubscribed))
    }
}

/// A published payload and its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Publication {
    pub(super) channel: Bytes,
    pub(super) payload: Bytes,
}

/// Hashes only the beginning of a payload, where payloads usually differ: hashing thousands of
/// whole payloads costs more than a few collisions.
impl Hash for Publication {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.channel.hash(state);
        self.payload.len().hash(state);
        self.payload[..self.payload.len().min(64)].hash(state);
    }
}

impl Publication {
    /// The publication of a PUBLISH or SPUBLISH request.
    pub(super) fn of(request: &[Bytes]) -> Option<Self> {
        match request {
            [command, channel, payload]
                if command.eq_ignore_ascii_case(b"PUBLISH")
                    || command.eq_ignore_ascii_case(b"SPUBLISH") =>
            {
                Some(Self { channel: channel.clone(), payload: payload.clone() })
            }
            _ => None,
        }
    }
}

/// A delivered message and the subscription that it was delivered for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DeliveredMessage {
    kind: SubscriptionKind,
    pattern: Option<Bytes>,
    pub(super) publication: Publication,
}

impl DeliveredMessage {
    pub(super) fn of(frame: &Frame) -> Option<Self> {
        let Some(PubSubFrame::Message(kind)) = PubSubFrame::of(frame) else { return None };
        let (Frame::Array(items) | Frame::Push(items)) = frame else { return None };
        let (pattern, channel, payload) = match items.as_slice() {
            [_, Frame::Bulk(channel), Frame::Bulk(payload)] => (None, channel, payload),
            [_, Frame::Bulk(pattern), Frame::Bulk(channel), Frame::Bulk(payload)] => {
                (Some(pattern.clone()), channel, payload)
            }
            _ => return None,
        };
        let publication = Publication { channel: channel.clone(), payload: payload.clone() };
        Some(Self { kind, pattern, publication })
    }
}
