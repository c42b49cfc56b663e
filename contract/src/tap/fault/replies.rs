use std::ops::ControlFlow;

use super::{CONTINUE, FrameFault, Nth, ObservedRequest};
use crate::tap::pubsub::{PubSubFrame, Publication};
use crate::wire::Frame;

pub(super) struct DropConfirmation(Nth);

impl DropConfirmation {
    pub(super) fn new(nth: usize) -> Self {
        Self(Nth::new(nth))
    }
}

impl FrameFault for DropConfirmation {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if !(PubSubFrame::is_confirmation(&frame) && self.0.is_reached()) {
            out.push(frame);
        }
        CONTINUE
    }
}

pub(super) struct WrongCount {
    by: i64,
    pending: usize,
}

impl WrongCount {
    pub(super) fn new(by: i64) -> Self {
        Self { by, pending: 0 }
    }
}

impl FrameFault for WrongCount {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        out.push(match frame {
            Frame::Integer(count) if self.pending > 0 => {
                self.pending -= 1;
                Frame::Integer(count.saturating_add(self.by))
            }
            frame => frame,
        });
        CONTINUE
    }

    fn on_request(&mut self, request: &ObservedRequest, _out: &mut Vec<Frame>) {
        if request.is_own && Publication::of(&request.words).is_some() {
            self.pending += 1;
        }
    }
}

pub(super) struct PushAsArray;

impl FrameFault for PushAsArray {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        out.push(match frame {
            Frame::Push(items) => Frame::Array(items),
            frame => frame,
        });
        CONTINUE
    }
}

pub(super) struct CloseAfter(Nth);

impl CloseAfter {
    pub(super) fn new(frames: usize) -> Self {
        Self(Nth::new(frames))
    }
}

impl FrameFault for CloseAfter {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        out.push(frame);
        if self.0.is_reached() { ControlFlow::Break(()) } else { CONTINUE }
    }
}
