use std::ops::ControlFlow;

use bytes::{Bytes, BytesMut};

use super::{CONTINUE, FrameFault, Nth, ObservedRequest};
use crate::tap::pubsub::{PubSubFrame, Publication};
use crate::wire::Frame;

pub(super) struct DropEvery {
    every: usize,
    seen: usize,
}

impl DropEvery {
    pub(super) fn new(every: usize) -> Self {
        Self { every, seen: 0 }
    }
}

impl FrameFault for DropEvery {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if PubSubFrame::is_message(&frame) {
            self.seen += 1;
            if self.seen.is_multiple_of(self.every) {
                return CONTINUE;
            }
        }
        out.push(frame);
        CONTINUE
    }
}

pub(super) struct Duplicate(Nth);

impl Duplicate {
    pub(super) fn new(nth: usize) -> Self {
        Self(Nth::new(nth))
    }
}

impl FrameFault for Duplicate {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if PubSubFrame::is_message(&frame) && self.0.is_reached() {
            out.push(frame.clone());
        }
        out.push(frame);
        CONTINUE
    }
}

pub(super) struct Swap {
    nth: Nth,
    held: Option<Frame>,
}

impl Swap {
    pub(super) fn new(nth: usize) -> Self {
        Self { nth: Nth::new(nth), held: None }
    }
}

impl FrameFault for Swap {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if !PubSubFrame::is_message(&frame) {
            out.push(frame);
        } else if self.nth.is_reached() {
            self.held = Some(frame);
        } else {
            out.push(frame);
            out.extend(self.held.take());
        }
        CONTINUE
    }

    fn on_end(&mut self, out: &mut Vec<Frame>) {
        out.extend(self.held.take());
    }
}

pub(super) struct FlipBit {
    byte: usize,
    done: bool,
}

impl FlipBit {
    pub(super) fn new(byte: usize) -> Self {
        Self { byte, done: false }
    }
}

impl FrameFault for FlipBit {
    fn on_frame(&mut self, mut frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if !self.done
            && PubSubFrame::is_message(&frame)
            && let Frame::Array(items) | Frame::Push(items) = &mut frame
            && let Some(Frame::Bulk(payload)) = items.last_mut()
            && payload.len() > self.byte
        {
            let mut bytes = BytesMut::from(&payload[..]);
            bytes[self.byte] ^= 1;
            *payload = bytes.freeze();
            self.done = true;
        }
        out.push(frame);
        CONTINUE
    }
}

#[derive(Default)]
pub(super) struct MessageAfterUnsubscribe {
    last: Option<Frame>,
}

impl FrameFault for MessageAfterUnsubscribe {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let has_unsubscribed = PubSubFrame::of(&frame) == Some(PubSubFrame::Unsubscribed);
        if PubSubFrame::is_message(&frame) {
            self.last = Some(frame.clone());
        }
        out.push(frame);
        if has_unsubscribed {
            out.extend(self.last.clone());
        }
        CONTINUE
    }
}

/// Watches the publications of all clients, and whether this connection is subscribed to `*`.
#[derive(Default)]
pub(super) struct UnexpectedMessage {
    subscribed: bool,
    pushes: bool,
}

impl FrameFault for UnexpectedMessage {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if let Frame::Array(items) | Frame::Push(items) = &frame
            && let [Frame::Bulk(kind), Frame::Bulk(name), _] = items.as_slice()
            && name == "*"
        {
            match &kind[..] {
                b"psubscribe" => {
                    self.subscribed = true;
                    self.pushes = matches!(frame, Frame::Push(_));
                }
                b"punsubscribe" => self.subscribed = false,
                _ => {}
            }
        }
        out.push(frame);
        CONTINUE
    }

    fn on_request(&mut self, request: &ObservedRequest, out: &mut Vec<Frame>) {
        let Some(Publication { channel, payload }) = Publication::of(&request.words) else {
            return;
        };
        if self.subscribed && channel.is_empty() {
            let words = [&b"pmessage"[..], b"*", b""].map(Bytes::from_static);
            let items = words.into_iter().chain([payload.clone()]).map(Frame::Bulk).collect();
            out.push(if self.pushes { Frame::Push(items) } else { Frame::Array(items) });
        }
    }
}
