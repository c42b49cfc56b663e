use std::ops::ControlFlow;

use super::{Nth, ON, Wound};
use crate::tap::spoken::{Delivery, Spoken, SubscriptionKind};
use crate::wire::Frame;

pub(super) struct ConfirmLate {
    nth: Nth,
    held: Option<Frame>,
}

impl ConfirmLate {
    pub(super) fn new(nth: usize) -> Self {
        Self { nth: Nth::new(nth), held: None }
    }
}

impl Wound for ConfirmLate {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        if Spoken::is_confirmation(&frame) && self.nth.is_reached() {
            self.held = Some(frame);
            return ON;
        }
        let message = Spoken::is_message(&frame);
        out.push(frame);
        if message {
            out.extend(self.held.take());
        }
        ON
    }

    fn end(&mut self, out: &mut Vec<Frame>) {
        out.extend(self.held.take());
    }
}

/// Holds every `message` until what follows it is known, as only that shows whether a `pmessage`
/// of the same publication does.
#[derive(Default)]
pub(super) struct PatternFirst {
    held: Option<Frame>,
}

impl Wound for PatternFirst {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let held = self.held.take();
        match Spoken::of(&frame) {
            Some(Spoken::Message(SubscriptionKind::Channel)) => {
                out.extend(held);
                self.held = Some(frame);
            }
            Some(Spoken::Message(SubscriptionKind::Pattern))
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
        ON
    }

    fn end(&mut self, out: &mut Vec<Frame>) {
        out.extend(self.held.take());
    }
}

fn is_of_one_publication(one: &Frame, other: &Frame) -> bool {
    match (Delivery::of(one), Delivery::of(other)) {
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

impl Wound for PongOvertakes {
    fn frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let meant = Spoken::is_message(&frame) && self.nth.is_reached();
        if Spoken::of(&frame) == Some(Spoken::Pong) {
            out.push(frame);
            out.append(&mut self.held);
        } else if meant || !self.held.is_empty() {
            self.held.push(frame);
        } else {
            out.push(frame);
        }
        ON
    }

    fn end(&mut self, out: &mut Vec<Frame>) {
        out.append(&mut self.held);
    }
}
