//! Masks and free orders for values that references themselves do not promise: times, IDs, ports.

mod cluster;
mod collections;
mod fields;
mod order;
mod pending;
mod reply_mode;
mod request;
mod rules;
mod streams;
#[cfg(test)]
mod tests;
mod text;
mod unordered;

pub use rules::{RULES, Rule};

use std::collections::HashMap;

use crate::conversation::{
    ClientAction, Conversation, Expectation, Name, ServerEvent, ServerStep, Shape,
};
use crate::wire::Frame;
use pending::{Answered, Pending};
use rules::mask_broken_redirect;

/// Replaces values that references do not promise by masks and free orders, see [`RULES`].
///
/// The conversation must be an observed one, with answers in the order in which they were received.
/// The answers are first put into the canonical order, connection by connection within a turn.
/// Existing masks and groups stay.
pub fn normalize(conversation: &mut Conversation) {
    order::sort_by_connection(conversation);
    let mut pending: HashMap<Name, Pending> = HashMap::new();
    for turn in &mut conversation.turns {
        for client_step in &turn.client_steps {
            let pending = pending.entry(client_step.connection.clone()).or_default();
            match &client_step.action {
                ClientAction::Raw(bytes) => pending.add_raw(bytes),
                action => {
                    if let Some(words) = action.words() {
                        pending.add_request(&words);
                    }
                }
            }
        }
        let mut any_names = vec![false; turn.answer.len()];
        for (at, expectation) in turn.answer.iter_mut().enumerate() {
            let Expectation::One(ServerStep {
                connection, event: ServerEvent::Frame(shape), ..
            }) = expectation
            else {
                skip_normalized(expectation, &mut pending);
                continue;
            };
            let Shape::Exact(frame) = shape else {
                skip_normalized(expectation, &mut pending);
                continue;
            };
            let pending = pending.entry(connection.clone()).or_default();
            if let Some(push) = mask_broken_redirect(frame) {
                *shape = push;
            } else if let Some(words) = pending.confirmed_by(frame) {
                any_names[at] = words.len() == 1;
            } else if let Some(line) = pending.masked_monitor_line(frame) {
                *shape = line;
            } else {
                *shape = answer(pending, frame);
            }
        }
        let answer = std::mem::take(&mut turn.answer);
        turn.answer = order::group_unordered(answer, &any_names);
    }
}

/// Removes the request that a step answers or confirms, if the step is masked or grouped already.
fn skip_normalized(expectation: &Expectation, pending: &mut HashMap<Name, Pending>) {
    for server_step in expectation.steps() {
        let pending = pending.entry(server_step.connection.clone()).or_default();
        match &server_step.event {
            ServerEvent::Frame(Shape::Exact(frame)) if pending.confirmed_by(frame).is_some() => {}
            ServerEvent::Frame(_) => pending.skip(),
            ServerEvent::Raw(_) | ServerEvent::Closed => {}
        }
    }
}

/// The shape of a frame that answers a request, masked by the rule for that request.
fn answer(pending: &mut Pending, frame: &Frame) -> Shape {
    match (pending.answered_by(frame), frame) {
        (Answered::Request(words), _) => masked(&words, frame),
        (Answered::Exec, Frame::Array(items)) => {
            let item = |item: &Frame| match pending.confirmed_by(item) {
                Some(_) => Shape::Exact(item.clone()),
                None => pending.masked_monitor_line(item).unwrap_or_else(|| answer(pending, item)),
            };
            Shape::array(items.iter().map(item).collect())
        }
        _ => Shape::Exact(frame.clone()),
    }
}

fn masked(words: &[String], frame: &Frame) -> Shape {
    let rule = RULES.iter().find(|rule| rule.applies_to(words));
    rule.and_then(|rule| (rule.mask)(frame)).unwrap_or_else(|| Shape::Exact(frame.clone()))
}
