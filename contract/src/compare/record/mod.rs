//! Merges the answers of one server into a recording.

mod assign_turns;
mod fork;
mod merge;
#[cfg(test)]
mod tests;

use super::requests::{Divergence, divergence};
use super::{normalize, same_request};
use crate::conversation::{Conversation, Place, ServerName, Turn};
use assign_turns::assign_turns;
pub(crate) use fork::mask_fork_name;
use merge::merge;

/// The reason why answers cannot be merged into a recording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The requests differ from the recording, so the answers do not belong to its turns.
    #[error(
        "{place}: the requests to {server} differ from the recording; record {default} first, whose answers are the default"
    )]
    OtherRequests {
        /// The first step that differs.
        place: Place,
        /// The server whose answers were refused.
        server: ServerName,
        /// The server whose answers are the default in this recording.
        default: ServerName,
    },
}

/// Merges the answers of one server into a recording. The answers of the
/// [default](ServerName::is_default) reference become the default answers, or those of the first
/// server if that one was never asked; those of any other server become variants where they differ.
///
/// The servers that `observed` was recorded from (`redis 8.0.2`) are added to the head. Title,
/// remarks, masks and groups stay where the new answers fit them. Values that references do not
/// promise are masked (see [`normalize()`]), and so is the name of a fork that stands for another
/// server. Servers with the same answer share one variant, and an answer that the default covers
/// needs none. When the answer of the default reference changes, the servers that agreed with the
/// old one keep it as a variant.
///
/// If the requests differ from the recording, the default reference replaces all turns; the answers
/// of any other server are refused.
pub fn record(
    mut existing: Conversation,
    observed: Conversation,
    server: &ServerName,
) -> Result<Conversation, RecordError> {
    if existing.title.is_empty() {
        existing.title.clone_from(&observed.title);
    }
    if existing.remark.is_empty() {
        existing.remark.clone_from(&observed.remark);
    }
    let default = default_among(&existing, server);
    if existing.turns.is_empty() {
        existing.turns = without_answers(&observed.turns, &[]);
    } else if let Some(Divergence { expected, last, .. }) = divergence(&existing, &observed) {
        if *server != default {
            let place =
                expected.or(last).map(|client_step| client_step.place.clone()).unwrap_or_default();
            return Err(RecordError::OtherRequests { place, server: server.clone(), default });
        }
        existing.turns = without_answers(&observed.turns, &existing.turns);
        existing.recorded_from.clear();
    }
    let exact = assign_turns(&existing, observed, server);
    let mut normalized = exact.clone();
    normalize(&mut normalized);
    mask_fork_name(&mut normalized, server);
    let agreed: Vec<ServerName> =
        existing.recorded_from.iter().map(|it| ServerName::of(it)).collect();
    let known = existing.recorded_from.iter().chain(&exact.recorded_from);
    let forks: Vec<ServerName> =
        known.filter(|it| fork::is_fork(it)).map(|it| ServerName::of(it)).collect();
    for ((turn, exact), normalized) in
        existing.turns.iter_mut().zip(exact.turns).zip(normalized.turns)
    {
        let answers = (exact.answer, normalized.answer);
        merge(turn, answers, server, *server == default, &agreed, &forks);
    }
    existing.recorded_from.retain(|other| ServerName::of(other) != *server);
    existing.recorded_from.extend(exact.recorded_from);
    existing.recorded_from.sort_by_key(|exact| ServerName::of(exact));
    Ok(existing)
}

/// The server whose answers are the default in a recording that this one is added to.
fn default_among(existing: &Conversation, server: &ServerName) -> ServerName {
    let known = existing.recorded_from.iter().map(|exact| ServerName::of(exact));
    let known = known.chain([server.clone()]);
    known.min_by_key(|it| (!it.is_default(), it.clone())).unwrap_or_default()
}

/// The turns without their answers. A turn keeps the remark of an old turn with the same requests.
fn without_answers(turns: &[Turn], before: &[Turn]) -> Vec<Turn> {
    let same = |a: &Turn, b: &Turn| {
        let mut client_steps = a.client_steps.iter().zip(&b.client_steps);
        a.client_steps.len() == b.client_steps.len()
            && client_steps
                .all(|(a, b)| a.connection == b.connection && same_request(&a.action, &b.action))
    };
    let mut before = before.iter();
    let mut without_answers = Vec::new();
    for turn in turns {
        let mut rest = before.clone();
        let remark = match rest.find(|old| same(old, turn)) {
            Some(old) => {
                before = rest;
                old.remark.clone()
            }
            None => Vec::new(),
        };
        without_answers.push(Turn {
            remark,
            wait: turn.wait,
            client_steps: turn.client_steps.clone(),
            ..Turn::default()
        });
    }
    without_answers
}
