//! Two conversations in, violations out.
//!
//! [`compare`] compares what a server sent with a recording. Each difference is one [`Violation`]
//! with its [`ViolationKind`], its place in the recording and both sides' frames; one lost frame is
//! one violation and not a cascade. [`normalize()`] masks what references themselves do not
//! promise, when a recording is made.
//!
//! A connection's frames are compared as one stream over the whole conversation: `stream` puts
//! unordered groups into the order in which they came, `align` matches as many steps as it can, and
//! `judge` names the violations in the rest: `reordered` finds frames in the wrong order,
//! `early_end` frames that are missing because the stream ended, `pair` altered frames, and
//! `unexpected` tells why a frame came that was not expected.
//!
//! [`record()`] goes the other way: it puts a reference's answers into a recording.

mod align;
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
mod unexpected;
mod violation;
mod violation_kind;

pub use normalize::{RULES, Rule, normalize};
#[cfg(feature = "command")]
pub(crate) use record::mask_fork_name;
pub use record::{RecordError, record};
use requests::same as same_request;
pub use violation::{Difference, Violation};
pub use violation_kind::ViolationKind;

use crate::conversation::{Conversation, Name, Place, ServerName};
use judge::Judge;
use requests::{Divergence, divergence};

/// Every place where the observed conversation departs from what the server should have said, in
/// the recording's order.
///
/// Where the clients themselves leave the recording, nothing behind that is held against the
/// server. An empty answer means that nothing departs; that something was observed at all is for
/// the caller to make sure.
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
