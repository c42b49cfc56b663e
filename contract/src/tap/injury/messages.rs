use std::ops::ControlFlow;

use bytes::{Bytes, BytesMut};

use super::{Nth, ON, Overheard, Wound};
use crate::tap::spoken::{Publication, Spoken};
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

impl Wound for DropEvery {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if Spoken::is_message(&frame) {
            self.seen += 1;
            if self.seen.is_multiple_of(self.every) {
                return ON;
            }
        }
        out.push(frame);
        ON
    }
}

pub(super) struct Duplicate(Nth);

impl Duplicate {
    pub(super) fn new(nth: usize) -> Self {
        Self(Nth::new(nth))
    }
}

impl Wound for Duplicate {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if Spoken::is_message(&frame) && self.0.is_reached() {
            out.push(frame.clone());
        }
        out.push(frame);
        ON
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

impl Wound for Swap {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if !Spoken::is_message(&frame) {
            out.push(frame);
        } else if self.nth.is_reached() {
            self.held = Some(frame);
        } else {
            out.push(frame);
            out.extend(self.held.take());
        }
        ON
    }

    fn end(&mut self, out: &mut Vec<Frame>) {
        out.extend(self.held.take());
    }
}

pub(super) struct Flip {
    byte: usize,
    done: bool,
}

impl Flip {
    pub(super) fn new(byte: usize) -> Self {
        Self { byte, done: false }
    }
}

impl Wound for Flip {
    fn frame(&mut self, mut frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if !self.done
            && Spoken::is_message(&frame)
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
        ON
    }
}

#[derive(Default)]
pub(super) struct Late {
    last: Option<Frame>,
}

impl Wound for Late {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let left = Spoken::of(&frame) == Some(Spoken::Left);
        if Spoken::is_message(&frame) {
            self.last = Some(frame.clone());
        }
        out.push(frame);
        if left {
            out.extend(self.last.clone());
        }
        ON
    }
}

/// Listens to what everybody publishes, and knows whether this connection confirmed `*`.
#[derive(Default)]
pub(super) struct Uninvited {
    subscribed: bool,
    pushes: bool,
}

impl Wound for Uninvited {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
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
        ON
    }

    fn overhear(&mut self, overheard: &Overheard, out: &mut Vec<Frame>) {
        let Some(Publication { channel, payload }) = Publication::of(&overheard.request) else {
            return;
        };
        if self.subscribed && channel.is_empty() {
            let words = [&b"pmessage"[..], b"*", b""].map(Bytes::from_static);
            let items = words.into_iter().chain([payload.clone()]).map(Frame::Bulk).collect();
            out.push(if self.pushes { Frame::Push(items) } else { Frame::Array(items) });
        }
    }
}
