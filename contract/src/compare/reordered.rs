use std::collections::{HashMap, VecDeque};

use super::align::Alignment;
use super::frame_kind::{FrameKind, subscription};
use super::judge::{Judge, Unmatched};
use super::{Violation, ViolationKind};
use crate::conversation::{ClientAction, ServerEvent};

impl Judge<'_> {
    /// Finds frames that arrived unaltered but in the wrong order.
    pub(super) fn find_reordered(
        &self,
        alignment: &Alignment,
        unmatched: &mut Unmatched,
    ) -> Vec<Violation> {
        let mut extra: HashMap<&ServerEvent, VecDeque<usize>> = HashMap::new();
        for &at in &unmatched.received {
            extra.entry(self.received[at].event).or_default().push_back(at);
        }
        let mut found = Vec::new();
        for step in unmatched.expected.clone() {
            let Some(places) = extra.get_mut(&*self.expected[step].event) else { continue };
            let Some(&frame) = places.front() else { continue };
            let Some((first, second)) = self.overtaking(alignment, step, frame) else { continue };
            let Some(kind) = self.kind_of_overtaking(first, second) else { continue };
            places.pop_front();
            unmatched.expected.remove(&step);
            unmatched.received.remove(&frame);
            found.push(self.violation(kind, Some(first), Some(&self.expected[second].event)));
        }
        found
    }

    /// The kind of violation when the second step arrived before the first. Two answers in the
    /// wrong order are wrong answers, not a wrong order.
    fn kind_of_overtaking(&self, first: usize, second: usize) -> Option<ViolationKind> {
        match (
            FrameKind::of(&self.expected[first].event),
            FrameKind::of(&self.expected[second].event),
        ) {
            (FrameKind::End, _) | (_, FrameKind::End) | (FrameKind::Answer, FrameKind::Answer) => {
                None
            }
            (
                FrameKind::Message { kind: b"message", channel, payload, .. },
                FrameKind::Message { kind: b"pmessage", channel: other, payload: same, .. },
            ) if channel == other && payload == same => Some(ViolationKind::PatternBeforeChannel),
            (FrameKind::Message { .. }, FrameKind::Answer) if self.answers_ping(second) => {
                Some(ViolationKind::PongOvertook)
            }
            (FrameKind::Message { .. }, unsubscribe) if unsubscribe.is_unsubscribe() => {
                Some(ViolationKind::AfterUnsubscribe)
            }
            (subscribe @ FrameKind::Confirmation { .. }, FrameKind::Message { .. })
                if !subscribe.is_unsubscribe() =>
            {
                Some(ViolationKind::LateConfirmation)
            }
            _ => Some(ViolationKind::Reordered),
        }
    }

    fn answers_ping(&self, step: usize) -> bool {
        let action = self
            .client_step_before(self.expected[step].turn)
            .map(|client_step| &client_step.action);
        matches!(action, Some(ClientAction::Request(words))
            if words.first().is_some_and(|word| word.eq_ignore_ascii_case(b"ping")))
    }

    /// The step that should have come first and the step that did, if this step's frame is out of
    /// order.
    fn overtaking(
        &self,
        alignment: &Alignment,
        step: usize,
        frame: usize,
    ) -> Option<(usize, usize)> {
        let matched = &alignment.matched;
        let after = matched.partition_point(|&(expected, _)| expected < step);
        let late_by = matched[after..].partition_point(|&(_, received)| received < frame);
        let early_by = matched[..after].partition_point(|&(_, received)| received < frame);
        if let [(first, _), ..] = matched[after..after + late_by] {
            // Of all steps that overtook a message, its own unsubscribe explains most.
            let mut passed = matched[after..after + late_by].iter().map(|&(expected, _)| expected);
            let unsubscribe = passed.find(|&other| self.ends_subscription_of(other, step));
            return Some((step, unsubscribe.unwrap_or(first)));
        }
        matched[early_by..after].first().map(|&(passed, _)| (passed, step))
    }

    fn ends_subscription_of(&self, unsubscribe: usize, message: usize) -> bool {
        let (unsubscribe, message) = (
            FrameKind::of(&self.expected[unsubscribe].event),
            FrameKind::of(&self.expected[message].event),
        );
        unsubscribe.is_unsubscribe() && subscription(&unsubscribe) == subscription(&message)
    }
}
