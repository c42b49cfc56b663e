use bytes::Bytes;

use crate::conversation::{ServerEvent, Shape};
use crate::wire::Frame;

/// The role of a frame in Pub/Sub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind<'a> {
    /// `message`, `smessage` or `pmessage`. The source of a `pmessage` is its pattern.
    Message { kind: &'a [u8], source: &'a Frame, channel: &'a Frame, payload: &'a Frame },
    /// The confirmation of one channel or pattern.
    Confirmation { kind: &'a [u8], name: Option<&'a Frame> },
    /// The end of the stream.
    End,
    /// Any other frame: the answer to a request.
    Answer,
}

const CONFIRMATIONS: [&[u8]; 6] =
    [b"subscribe", b"unsubscribe", b"psubscribe", b"punsubscribe", b"ssubscribe", b"sunsubscribe"];

impl<'a> FrameKind<'a> {
    pub(super) fn of(event: &'a ServerEvent) -> Self {
        let shape = match event {
            ServerEvent::Closed => return FrameKind::End,
            ServerEvent::Raw(_) => return FrameKind::Answer,
            ServerEvent::Frame(shape) => shape,
        };
        let items: Vec<Option<&Frame>> = match shape {
            Shape::Exact(Frame::Array(items) | Frame::Push(items)) if items.len() <= 4 => {
                items.iter().map(Some).collect()
            }
            Shape::Array(items) | Shape::Push(items) if items.len() <= 4 => {
                items.iter().map(exact).collect()
            }
            _ => return FrameKind::Answer,
        };
        let Some(Some(Frame::Bulk(kind))) = items.first() else { return FrameKind::Answer };
        match (&kind[..], &items[1..]) {
            (b"message" | b"smessage", [Some(channel), Some(payload)]) => {
                FrameKind::Message { kind, source: channel, channel, payload }
            }
            (b"pmessage", [Some(pattern), Some(channel), Some(payload)]) => {
                FrameKind::Message { kind, source: pattern, channel, payload }
            }
            (kind, [name, _]) if CONFIRMATIONS.contains(&kind) => {
                FrameKind::Confirmation { kind, name: *name }
            }
            _ => FrameKind::Answer,
        }
    }

    pub(super) fn is_message(&self) -> bool {
        matches!(self, FrameKind::Message { .. })
    }

    /// Whether the frame confirms an unsubscribe.
    pub(super) fn is_unsubscribe(&self) -> bool {
        matches!(self, FrameKind::Confirmation { kind, .. } if is_unsubscribe(kind))
    }
}

pub(super) fn is_unsubscribe(kind: &[u8]) -> bool {
    kind.ends_with(b"unsubscribe")
}

/// The subscription of a message or confirmation: its family (`c`, `p` or `s`) and its name.
pub(super) fn subscription<'a>(frame_kind: &FrameKind<'a>) -> Option<(u8, &'a Bytes)> {
    let (kind, name) = match frame_kind {
        FrameKind::Message { kind, source, .. } => (*kind, *source),
        FrameKind::Confirmation { kind, name } => (*kind, (*name)?),
        _ => return None,
    };
    let family = match kind {
        b"pmessage" | b"psubscribe" | b"punsubscribe" => b'p',
        b"smessage" | b"ssubscribe" | b"sunsubscribe" => b's',
        _ => b'c',
    };
    match name {
        Frame::Bulk(name) => Some((family, name)),
        _ => None,
    }
}

fn exact(shape: &Shape) -> Option<&Frame> {
    match shape {
        Shape::Exact(frame) => Some(frame),
        _ => None,
    }
}
