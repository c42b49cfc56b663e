use std::collections::HashMap;

use crate::compare::{align, stream};
use crate::conversation::{Conversation, Expectation, Name, Place, ServerName, ServerStep, Turn};

/// The observed conversation, divided into the turns of the recording.
///
/// A conversation that was played from the recording has its turns already. In any other, the turn
/// in which a frame was observed may depend on timing. A frame that the recording contains goes to
/// its turn there. Any other frame stays with the requests after which it was observed, as far as
/// the order on its connection allows.
pub(super) fn assign_turns(
    existing: &Conversation,
    observed: Conversation,
    server: &ServerName,
) -> Conversation {
    if is_played_from(existing, &observed) {
        return observed;
    }
    let turns = existing.turns.iter();
    let without_answers =
        turns.map(|turn| Turn { client_steps: turn.client_steps.clone(), ..Turn::default() });
    let mut turns: Vec<Turn> = without_answers.collect();
    let last = turns.len().saturating_sub(1);
    let matching_turns = matching_turns(existing, &observed);
    for name in observed.connections() {
        let received = stream::received_steps(&observed, &name, server);
        let expected = stream::expected_steps(existing, &name, server, usize::MAX, &received);
        let known: HashMap<usize, usize> = align::align(&expected, &received)
            .matched
            .into_iter()
            .map(|(expected_at, received_at)| (received_at, expected[expected_at].turn))
            .collect();
        let server_steps: Vec<(usize, &ServerStep)> =
            observed.server_steps_of(&name, server).collect();
        // The latest turn that the later frames on the connection allow.
        let mut latest = vec![last; server_steps.len() + 1];
        for at in (0..server_steps.len()).rev() {
            latest[at] = known.get(&at).copied().unwrap_or(latest[at + 1]);
        }
        let mut earliest = 0;
        for (at, (turn, server_step)) in server_steps.into_iter().enumerate() {
            let turn_in_recording = known.get(&at).copied().unwrap_or(matching_turns[turn]);
            earliest = turn_in_recording.clamp(earliest, latest[at].max(earliest));
            if let Some(turn) = turns.get_mut(earliest) {
                turn.answer.push(Expectation::One(server_step.clone()));
            }
        }
    }
    Conversation { turns, ..observed }
}

/// Whether the clients' steps come from the recording itself, by their places.
fn is_played_from(existing: &Conversation, observed: &Conversation) -> bool {
    let mut turns = existing.turns.iter().zip(&observed.turns);
    existing.turns.len() == observed.turns.len()
        && turns.all(|(existing, observed)| {
            let mut client_steps = existing.client_steps.iter().zip(&observed.client_steps);
            existing.client_steps.len() == observed.client_steps.len()
                && client_steps
                    .all(|(existing, observed)| is_same_line(&existing.place, &observed.place))
        })
}

fn is_same_line(place: &Place, other: &Place) -> bool {
    place.line > 0 && (&place.file, place.line) == (&other.file, other.line)
}

/// For each observed turn, the turn of the recording with the same client steps.
fn matching_turns(existing: &Conversation, observed: &Conversation) -> Vec<usize> {
    let mut action: HashMap<&Name, Vec<usize>> = HashMap::new();
    for (index, turn) in existing.turns.iter().enumerate() {
        for client_step in &turn.client_steps {
            action.entry(&client_step.connection).or_default().push(index);
        }
    }
    let mut next: HashMap<&Name, usize> = HashMap::new();
    let mut turn_in_recording = 0;
    let mut matching_turns = Vec::new();
    for turn in &observed.turns {
        for client_step in &turn.client_steps {
            let next = next.entry(&client_step.connection).or_default();
            let place = action.get(&client_step.connection).and_then(|turns| turns.get(*next));
            *next += 1;
            turn_in_recording =
                place.map_or(turn_in_recording, |place| turn_in_recording.max(*place));
        }
        matching_turns.push(turn_in_recording);
    }
    matching_turns
}
