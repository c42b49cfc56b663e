use crate::compare::role::Role;
use crate::conversation::{Answer, Conversation, Expect, Hear, Name};

/// Puts each answer into the canonical order: connection by connection, as they first appear.
pub(super) fn by_connection(conversation: &mut Conversation) {
    let names = conversation.connections();
    let place = |name: &Name| names.iter().position(|other| other == name);
    for turn in &mut conversation.turns {
        turn.answer.sort_by_key(|expect| expect.hears().first().and_then(|h| place(&h.connection)));
    }
}

/// Groups what comes in any order: steps marked as confirmations of an UNSUBSCRIBE without
/// arguments, and the pmessages of one publish.
pub(super) fn free(answer: Answer, free_names: &[bool]) -> Answer {
    let mut grouped: Vec<Run> = Vec::new();
    for (expect, names) in answer.into_iter().zip(free_names) {
        let joins = grouped.last().is_some_and(|run| run.takes(&expect, *names));
        match (grouped.last_mut(), expect) {
            (Some(run), Expect::One(hear)) if joins => run.hears.push(hear),
            (_, Expect::One(hear)) => {
                grouped.push(Run { whole: None, names: *names, hears: vec![hear] });
            }
            (_, whole) => grouped.push(Run { whole: Some(whole), names: false, hears: Vec::new() }),
        }
    }
    grouped.into_iter().filter_map(Run::expect).collect()
}

struct Run {
    whole: Option<Expect>,
    names: bool,
    hears: Vec<Hear>,
}

impl Run {
    fn takes(&self, expect: &Expect, names: bool) -> bool {
        let (Some(last), Expect::One(hear)) = (self.hears.last(), expect) else { return false };
        last.connection == hear.connection
            && match (Role::of(&last.heard), Role::of(&hear.heard)) {
                (Role::Confirmation { kind, .. }, Role::Confirmation { kind: other, .. }) => {
                    self.names && names && kind == other
                }
                (
                    Role::Message { kind: b"pmessage", channel, payload, .. },
                    Role::Message { kind: b"pmessage", source, channel: other, payload: same },
                ) => channel == other && payload == same && !self.has_pattern(source),
                _ => false,
            }
    }

    /// A pattern that comes again belongs to the next publish.
    fn has_pattern(&self, pattern: &crate::wire::Frame) -> bool {
        self.hears.iter().any(|hear| {
            matches!(Role::of(&hear.heard), Role::Message { source, .. } if source == pattern)
        })
    }

    fn expect(mut self) -> Option<Expect> {
        match (self.whole, self.hears.len()) {
            (Some(whole), _) => Some(whole),
            (None, 0..=1) => self.hears.pop().map(Expect::One),
            (None, _) if self.names => Some(Expect::AnyNames(self.hears)),
            (None, _) => Some(Expect::AnyOrder(self.hears)),
        }
    }
}
