//! Two conversations in, violations out.
//!
//! [`compare`] holds what a server said against a recording. Each departure is one [`Violation`]
//! with its [`Kind`], its place in the recording and both sides' frames; one lost frame is one
//! violation and not a cascade. What references themselves do not promise is taken out by
//! [`loosen()`], when a recording is made.
//!
//! A connection's frames are compared as one stream over the whole conversation: `stream` puts
//! unordered groups into the order in which they came, `align` matches as many steps as it can,
//! and `judge` names what is left: `moved` what came in the wrong order, `ending` what an end
//! swallowed, `pair` what came spoilt, `uninvited` what nobody asked for.
//!
//! [`record()`] goes the other way: it puts a reference's answers into a recording.

mod align;
mod content;
mod ending;
mod judge;
mod kind;
mod loosen;
mod moved;
mod pair;
mod record;
mod requests;
mod role;
mod stream;
#[cfg(test)]
mod tests;
mod uninvited;
mod violation;

pub use kind::Kind;
pub use loosen::{RULES, Rule, loosen};
#[cfg(feature = "command")]
pub(crate) use record::mask_own_name;
pub use record::{RecordError, record};
use requests::same as same_request;
pub use violation::{Difference, Violation};

use crate::conversation::{Conversation, Name, Place, ServerName};
use judge::Judge;
use requests::{Departure, departure};

/// Every place where the observed conversation departs from what the server should have said, in
/// the recording's order.
///
/// Where the clients themselves leave the recording, nothing behind that is held against the
/// server. An empty answer means that nothing departs; that something was observed at all is for
/// the caller to make sure.
pub fn compare(
    expected: &Conversation,
    observed: &Conversation,
    server: &ServerName,
) -> Vec<Violation> {
    let departure = departure(expected, observed);
    let end = departure.as_ref().map_or(usize::MAX, |departure| departure.turn);
    let mut found = Vec::new();
    for name in requests::connections(expected, observed) {
        let came = stream::came(observed, &name, server);
        let owed = stream::owed(expected, &name, server, end, &came);
        let alignment = align::align(&owed, &came);
        if !alignment.gaps.is_empty() {
            let judge = Judge {
                title: &expected.title,
                name: &name,
                client_steps: expected.client_steps_of(&name).collect(),
                owed: &owed,
                came: &came,
                is_cut: end < expected.turns.len(),
                client_left: observed
                    .client_steps_of(&name)
                    .any(|(_, client_step)| client_step.ends_connection()),
            };
            found.extend(judge.violations(&alignment));
        }
    }
    if let Some(departure) = departure
        && (!departure.follows || found.is_empty())
    {
        found.push(stale(expected, &departure));
    }
    found.sort_by_key(|violation| violation.turn);
    found
}

fn stale(expected: &Conversation, departure: &Departure<'_>) -> Violation {
    let client_step = departure.expected.or(departure.got);
    let place = departure.expected.or(departure.last);
    Violation {
        kind: Kind::StaleRecording,
        title: expected.title.clone(),
        connection: client_step
            .map_or_else(|| Name::new(""), |client_step| client_step.connection.clone()),
        place: place.map_or_else(Place::default, |client_step| client_step.place.clone()),
        turn: departure.turn.min(expected.turns.len().saturating_sub(1)),
        after: departure.last.cloned(),
        expected: None,
        got: None,
        client_steps: Some((departure.expected.cloned(), departure.got.cloned())),
        difference: None,
        more: 0,
    }
}
