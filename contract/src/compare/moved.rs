use std::collections::{HashMap, VecDeque};

use super::align::Alignment;
use super::judge::{Judge, Rest};
use super::role::{Role, subscription};
use super::{Kind, Violation};
use crate::conversation::{ClientAction, ServerEvent};

impl Judge<'_> {
    /// Frames that came whole, before or behind others that they should not have passed.
    pub(super) fn find_moved(&self, alignment: &Alignment, rest: &mut Rest) -> Vec<Violation> {
        let mut extra: HashMap<&ServerEvent, VecDeque<usize>> = HashMap::new();
        for &at in &rest.came {
            extra.entry(self.came[at].event).or_default().push_back(at);
        }
        let mut found = Vec::new();
        for step in rest.owed.clone() {
            let Some(places) = extra.get_mut(&*self.owed[step].event) else { continue };
            let Some(&frame) = places.front() else { continue };
            let Some((first, second)) = self.passing(alignment, step, frame) else { continue };
            let Some(kind) = self.kind_of_passing(first, second) else { continue };
            places.pop_front();
            rest.owed.remove(&step);
            rest.came.remove(&frame);
            found.push(self.violation(kind, Some(first), Some(&self.owed[second].event)));
        }
        found
    }

    /// In what way the second step passed the first. An answer that passes an answer is a wrong
    /// answer and not a wrong order.
    fn kind_of_passing(&self, first: usize, second: usize) -> Option<Kind> {
        match (Role::of(&self.owed[first].event), Role::of(&self.owed[second].event)) {
            (Role::End, _) | (_, Role::End) | (Role::Answer, Role::Answer) => None,
            (
                Role::Message { kind: b"message", channel, payload, .. },
                Role::Message { kind: b"pmessage", channel: other, payload: same, .. },
            ) if channel == other && payload == same => Some(Kind::PatternBeforeChannel),
            (Role::Message { .. }, Role::Answer) if self.answers_ping(second) => {
                Some(Kind::PongOvertook)
            }
            (Role::Message { .. }, farewell) if farewell.is_farewell() => {
                Some(Kind::AfterUnsubscribe)
            }
            (welcome @ Role::Confirmation { .. }, Role::Message { .. })
                if !welcome.is_farewell() =>
            {
                Some(Kind::LateConfirmation)
            }
            _ => Some(Kind::Reordered),
        }
    }

    fn answers_ping(&self, step: usize) -> bool {
        let action =
            self.client_step_before(self.owed[step].turn).map(|client_step| &client_step.action);
        matches!(action, Some(ClientAction::Request(words))
            if words.first().is_some_and(|word| word.eq_ignore_ascii_case(b"ping")))
    }

    /// Who should have come first and who did, when a step came as a frame out of order.
    fn passing(&self, alignment: &Alignment, step: usize, frame: usize) -> Option<(usize, usize)> {
        let matched = &alignment.matched;
        let after = matched.partition_point(|&(owed, _)| owed < step);
        let late_by = matched[after..].partition_point(|&(_, came)| came < frame);
        let early_by = matched[..after].partition_point(|&(_, came)| came < frame);
        if let [(first, _), ..] = matched[after..after + late_by] {
            // Of all that passed it, the end of its own subscription tells most.
            let mut passed = matched[after..after + late_by].iter().map(|&(owed, _)| owed);
            let farewell = passed.find(|&other| self.ends_subscription_of(other, step));
            return Some((step, farewell.unwrap_or(first)));
        }
        matched[early_by..after].first().map(|&(passed, _)| (passed, step))
    }

    fn ends_subscription_of(&self, farewell: usize, message: usize) -> bool {
        let (farewell, message) =
            (Role::of(&self.owed[farewell].event), Role::of(&self.owed[message].event));
        farewell.is_farewell() && subscription(&farewell) == subscription(&message)
    }
}
