use crate::compare::frame_kind::FrameKind;
use crate::conversation::{Answer, Conversation, Expectation, Name, ServerStep};

/// Puts each answer into the canonical order: connection by connection, in order of appearance.
pub(super) fn sort_by_connection(conversation: &mut Conversation) {
    let names = conversation.connections();
    let place = |name: &Name| names.iter().position(|other| other == name);
    for turn in &mut conversation.turns {
        turn.answer.sort_by_key(|expectation| {
            expectation.steps().first().and_then(|step| place(&step.connection))
        });
    }
}

/// Groups the steps that come in any order: the pmessages of one publish, and the steps marked in
/// `any_names` as confirmations of an UNSUBSCRIBE without arguments.
pub(super) fn group_unordered(answer: Answer, any_names: &[bool]) -> Answer {
    let mut grouped: Vec<Run> = Vec::new();
    for (expectation, names) in answer.into_iter().zip(any_names) {
        let joins = grouped.last().is_some_and(|run| run.accepts(&expectation, *names));
        match (grouped.last_mut(), expectation) {
            (Some(run), Expectation::One(server_step)) if joins => {
                run.server_steps.push(server_step)
            }
            (_, Expectation::One(server_step)) => {
                grouped.push(Run { whole: None, names: *names, server_steps: vec![server_step] });
            }
            (_, whole) => {
                grouped.push(Run { whole: Some(whole), names: false, server_steps: Vec::new() })
            }
        }
    }
    grouped.into_iter().filter_map(Run::into_expectation).collect()
}

struct Run {
    whole: Option<Expectation>,
    names: bool,
    server_steps: Vec<ServerStep>,
}

impl Run {
    fn accepts(&self, expectation: &Expectation, names: bool) -> bool {
        let (Some(last), Expectation::One(server_step)) = (self.server_steps.last(), expectation)
        else {
            return false;
        };
        last.connection == server_step.connection
            && match (FrameKind::of(&last.event), FrameKind::of(&server_step.event)) {
                (
                    FrameKind::Confirmation { kind, .. },
                    FrameKind::Confirmation { kind: other, .. },
                ) => self.names && names && kind == other,
                (
                    FrameKind::Message { kind: b"pmessage", channel, payload, .. },
                    FrameKind::Message { kind: b"pmessage", source, channel: other, payload: same },
                ) => channel == other && payload == same && !self.has_pattern(source),
                _ => false,
            }
    }

    /// Whether the run has this pattern already. If so, the pmessage belongs to the next publish.
    fn has_pattern(&self, pattern: &crate::wire::Frame) -> bool {
        self.server_steps.iter().any(|server_step| {
            matches!(FrameKind::of(&server_step.event), FrameKind::Message { source, .. } if source == pattern)
        })
    }

    fn into_expectation(mut self) -> Option<Expectation> {
        match (self.whole, self.server_steps.len()) {
            (Some(whole), _) => Some(whole),
            (None, 0..=1) => self.server_steps.pop().map(Expectation::One),
            (None, _) if self.names => Some(Expectation::AnyNames(self.server_steps)),
            (None, _) => Some(Expectation::AnyOrder(self.server_steps)),
        }
    }
}
