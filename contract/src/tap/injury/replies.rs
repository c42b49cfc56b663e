use std::ops::ControlFlow;

use super::{Nth, ON, Overheard, Wound};
use crate::tap::spoken::{Publication, Spoken};
use crate::wire::Frame;

pub(super) struct Swallow(Nth);

impl Swallow {
    pub(super) fn new(nth: usize) -> Self {
        Self(Nth::new(nth))
    }
}

impl Wound for Swallow {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if !(Spoken::is_confirmation(&frame) && self.0.is_reached()) {
            out.push(frame);
        }
        ON
    }
}

pub(super) struct Miscount {
    by: i64,
    owed: usize,
}

impl Miscount {
    pub(super) fn new(by: i64) -> Self {
        Self { by, owed: 0 }
    }
}

impl Wound for Miscount {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        out.push(match frame {
            Frame::Integer(count) if self.owed > 0 => {
                self.owed -= 1;
                Frame::Integer(count.saturating_add(self.by))
            }
            frame => frame,
        });
        ON
    }

    fn overhear(&mut self, overheard: &Overheard, _out: &mut Vec<Frame>) {
        if overheard.own && Publication::of(&overheard.request).is_some() {
            self.owed += 1;
        }
    }
}

pub(super) struct PushAsArray;

impl Wound for PushAsArray {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        out.push(match frame {
            Frame::Push(items) => Frame::Array(items),
            frame => frame,
        });
        ON
    }
}

pub(super) struct CloseAfter(Nth);

impl CloseAfter {
    pub(super) fn new(frames: usize) -> Self {
        Self(Nth::new(frames))
    }
}

impl Wound for CloseAfter {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        out.push(frame);
        if self.0.is_reached() { ControlFlow::Break(()) } else { ON }
    }
}
