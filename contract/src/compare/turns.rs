use std::cmp::Ordering;

use super::stream::{expected_steps, received_steps};
use super::{Violation, ViolationKind, compare, requests};
use crate::conversation::{Conversation, ServerName};

/// Like [`compare`], of a conversation that a player observed turn by turn. It also finds frames that
/// arrived before their turn: before the client's step, or the time, that should cause them. And it
/// finds frames that arrived after it: the player moved on without them, because the server had
/// already processed everything.
pub fn compare_turns(
    recording: &Conversation,
    observed: &Conversation,
    server: &ServerName,
) -> Vec<Violation> {
    let found = compare(recording, observed, server);
    if found.is_empty() { in_another_turn(recording, observed, server) } else { found }
}

/// The first frame on each connection that arrived in another turn than its own. Every frame has its
/// step, as nothing else is wrong.
fn in_another_turn(
    recording: &Conversation,
    observed: &Conversation,
    server: &ServerName,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for name in requests::connections(recording, observed) {
        let received = received_steps(observed, &name, server);
        let expected = expected_steps(recording, &name, server, usize::MAX, &received);
        let turns = observed.server_steps_of(&name, server).map(|(turn, _)| turn);
        let first = expected.iter().zip(turns).find_map(|(expected, turn)| {
            let kind = match turn.cmp(&expected.turn) {
                Ordering::Less => ViolationKind::Early,
                Ordering::Equal => return None,
                Ordering::Greater => ViolationKind::Late,
            };
            Some((kind, expected, turn))
        });
        let Some((kind, expected, turn)) = first else { continue };
        let before = recording.client_steps_of(&name).filter(|(at, _)| *at <= turn);
        found.push(Violation {
            kind,
            title: recording.title.clone(),
            connection: name.clone(),
            place: expected.server_step.place.clone(),
            turn: expected.turn,
            after: before.last().map(|(_, client_step)| client_step.clone()),
            expected: Some(expected.event.clone().into_owned()),
            got: (kind == ViolationKind::Early).then(|| expected.event.clone().into_owned()),
            client_steps: None,
            difference: None,
            more: 0,
        });
    }
    found
}
