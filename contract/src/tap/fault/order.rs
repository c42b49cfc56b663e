use std::ops::ControlFlow;

use super::{CONTINUE, FrameFault, Nth};
use crate::tap::pubsub::{DeliveredMessage, PubSubFrame, SubscriptionKind};
use crate::wire::Frame;

pub(super) struct DelayConfirmation {
    nth: Nth,
    held: Option<Frame>,
}

impl DelayConfirmation {
    pub(super) fn new(nth: usize) -> Self {
        Self { nth: Nth::new(nth), held: None }
    }
}

impl FrameFault for DelayConfirmation {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if PubSubFrame::is_confirmation(&frame) && self.nth.is_reached() {
            self.held = Some(frame);
            return CONTINUE;
        }
        let message = PubSubFrame::is_message(&frame);
        out.push(frame);
        if message {
            out.extend(self.held.take());
        }
        CONTINUE
    }

    fn on_end(&mut self, out: &mut Vec<Frame>) {
        out.extend(self.held.take());
    }
}

/// Holds each `message` back until the next frame, which shows whether a `pmessage` of the same
/// publication follows.
#[derive(Default)]
pub(super) struct PatternBeforeChannel {
    held: Option<Frame>,
}

impl FrameFault for PatternBeforeChannel {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let held = self.held.take();
        match PubSubFrame::of(&frame) {
            Some(PubSubFrame::Message(SubscriptionKind::Channel)) => {
                out.extend(held);
                self.held = Some(frame);
            }
            Some(PubSubFrame::Message(SubscriptionKind::Pattern))
                if held.as_ref().is_some_and(|held| is_of_one_publication(held, &frame)) =>
            {
                out.push(frame);
                out.extend(held);
            }
            _ => {
                out.extend(held);
                out.push(frame);
            }
        }
        CONTINUE
    }

    fn on_end(&mut self, out: &mut Vec<Frame>) {
        out.extend(self.held.take());
    }
}

fn is_of_one_publication(one: &Frame, other: &Frame) -> bool {
    match (DeliveredMessage::of(one), DeliveredMessage::of(other)) {
        (Some(one), Some(other)) => one.publication == other.publication,
        _ => false,
    }
}

pub(super) struct PongOvertakes {
    nth: Nth,
    held: Vec<Frame>,
}

impl PongOvertakes {
    pub(super) fn new(nth: usize) -> Self {
        Self { nth: Nth::new(nth), held: Vec::new() }
    }
}

impl FrameFault for PongOvertakes {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let target = PubSubFrame::is_message(&frame) && self.nth.is_reached();
        if PubSubFrame::of(&frame) == Some(PubSubFrame::Pong) {
            out.push(frame);
            out.append(&mut self.held);
        } else if target || !self.held.is_empty() {
            self.held.push(frame);
        } else {
            out.push(frame);
        }
        CONTINUE
    }

    fn on_end(&mut self, out: &mut Vec<Frame>) {
        out.append(&mut self.held);
    }
}
