//! Compares two conversations and returns violations.
//!
//! [`compare`] compares the frames that a server sent with a recording. Each difference is one
//! [`Violation`] with its [`ViolationKind`], its place in the recording and the frames of both
//! sides. A lost frame is one violation and not a cascade.
//!
//! The frames of a connection are compared as one stream over the whole conversation:
//!
//! 1. `stream` puts unordered groups into the order in which they were received;
//! 2. `align` matches as many steps with frames as possible;
//! 3. `judge` finds the violations in the rest: `reordered` finds frames in the wrong order,
//!    `early_end` frames that are missing because the stream ended, `pair` altered frames, and
//!    `unexpected` classifies unexpected frames.
//!
//! [`compare`] ignores the turns of frames. [`compare_turns`] also finds frames that a player received
//! before or after their turn.
//!
//! [`record()`] goes the other way: it merges the answers of a reference into a recording.
//! [`normalize()`] masks the values that references themselves do not promise, and [`Varying`] names
//! those that the clients choose anew in every run.

mod align;
mod bind;
mod content;
mod early_end;
mod frame_kind;
mod judge;
mod normalize;
mod pair;
mod record;
mod reordered;
mod requests;
mod stream;
#[cfg(test)]
mod tests;
mod turns;
mod unexpected;
mod violation;
mod violation_kind;

pub(crate) use bind::Names;
pub use bind::{PatternError, Varying};
pub use normalize::{RULES, Rule, normalize};
#[cfg(feature = "command")]
pub(crate) use record::mask_fork_name;
pub use record::{RecordError, record};
use requests::same as same_request;
pub use turns::compare_turns;
pub use violation::{Difference, Violation};
pub use violation_kind::ViolationKind;

use crate::conversation::{Conversation, Name, Place, ServerName};
use judge::Judge;
use requests::{Divergence, divergence};

/// Returns the violations of the observed conversation, in the order of the recording.
///
/// After the first turn in which the clients themselves differ from the recording, nothing more is
/// expected of the server. The caller must check that something was observed at all: an empty
/// result means only that no difference was found.
pub fn compare(
    recording: &Conversation,
    observed: &Conversation,
    server: &ServerName,
) -> Vec<Violation> {
    let divergence = divergence(recording, observed);
    let end = divergence.as_ref().map_or(usize::MAX, |divergence| divergence.turn);
    let mut found = Vec::new();
    for name in requests::connections(recording, observed) {
        let received = stream::received_steps(observed, &name, server);
        let expected = stream::expected_steps(recording, &name, server, end, &received);
        let alignment = align::align(&expected, &received);
        if !alignment.gaps.is_empty() {
            let judge = Judge {
                title: &recording.title,
                name: &name,
                client_steps: recording.client_steps_of(&name).collect(),
                expected: &expected,
                received: &received,
                clients_diverged: end < recording.turns.len(),
                client_closed: observed
                    .client_steps_of(&name)
                    .any(|(_, client_step)| client_step.ends_connection()),
            };
            found.extend(judge.violations(&alignment));
        }
    }
    if let Some(divergence) = divergence
        && (!divergence.is_consequence || found.is_empty())
    {
        found.push(stale(recording, &divergence));
    }
    found.sort_by_key(|violation| violation.turn);
    found
}

fn stale(recording: &Conversation, divergence: &Divergence<'_>) -> Violation {
    let client_step = divergence.expected.or(divergence.got);
    let place = divergence.expected.or(divergence.last);
    Violation {
        kind: ViolationKind::StaleRecording,
        title: recording.title.clone(),
        connection: client_step
            .map_or_else(|| Name::new(""), |client_step| client_step.connection.clone()),
        place: place.map_or_else(Place::default, |client_step| client_step.place.clone()),
        turn: divergence.turn.min(recording.turns.len().saturating_sub(1)),
        after: divergence.last.cloned(),
        expected: None,
        got: None,
        client_steps: Some((divergence.expected.cloned(), divergence.got.cloned())),
        difference: None,
        more: 0,
    }
}
