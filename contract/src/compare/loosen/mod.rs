//! What references themselves do not promise, taken out of a conversation before it is kept.

mod asked;
mod cluster;
mod order;
mod request;
mod rules;
mod silence;
#[cfg(test)]
mod tests;
mod text;

pub use rules::{RULES, Rule};

use std::collections::HashMap;

use crate::conversation::{
    ClientAction, Conversation, Expectation, Name, ServerEvent, ServerStep, Shape,
};
use crate::wire::Frame;
use asked::{Answered, Pending};
use rules::broken_redirect;

/// Replaces what references do not promise by masks and free orders, see [`RULES`].
///
/// The conversation is one that was observed: its answers stand in the order in which they came.
/// They are put into the canonical order first, connection by connection within a turn. What is
/// loose already stays as it is.
pub fn loosen(conversation: &mut Conversation) {
    order::by_connection(conversation);
    let mut pending: HashMap<Name, Pending> = HashMap::new();
    for turn in &mut conversation.turns {
        for client_step in &turn.client_steps {
            let pending = pending.entry(client_step.connection.clone()).or_default();
            match &client_step.action {
                ClientAction::Raw(bytes) => pending.ask_raw(bytes),
                action => {
                    if let Some(words) = action.words() {
                        pending.ask(&words);
                    }
                }
            }
        }
        let mut free_names = vec![false; turn.answer.len()];
        for (at, expectation) in turn.answer.iter_mut().enumerate() {
            let Expectation::One(ServerStep {
                connection, event: ServerEvent::Frame(shape), ..
            }) = expectation
            else {
                pass_over(expectation, &mut pending);
                continue;
            };
            let Shape::Exact(frame) = shape else {
                pass_over(expectation, &mut pending);
                continue;
            };
            let pending = pending.entry(connection.clone()).or_default();
            if let Some(told) = broken_redirect(frame) {
                *shape = told;
            } else if let Some(words) = pending.confirmed_by(frame) {
                free_names[at] = words.len() == 1;
            } else if let Some(line) = pending.monitored(frame) {
                *shape = line;
            } else {
                *shape = answer(pending, frame);
            }
        }
        let answer = std::mem::take(&mut turn.answer);
        turn.answer = order::free(answer, &free_names);
    }
}

/// A step that is loose already still confirms or answers something.
fn pass_over(expectation: &Expectation, pending: &mut HashMap<Name, Pending>) {
    for server_step in expectation.steps() {
        let pending = pending.entry(server_step.connection.clone()).or_default();
        match &server_step.event {
            ServerEvent::Frame(Shape::Exact(frame)) if pending.confirmed_by(frame).is_some() => {}
            ServerEvent::Frame(_) => pending.skip(),
            ServerEvent::Raw(_) | ServerEvent::Closed => {}
        }
    }
}

/// A frame that answers something, loosened accordingly.
fn answer(pending: &mut Pending, frame: &Frame) -> Shape {
    match (pending.answered_by(frame), frame) {
        (Answered::Request(words), _) => loosened(&words, frame),
        (Answered::Exec, Frame::Array(items)) => {
            let item = |item: &Frame| match pending.confirmed_by(item) {
                Some(_) => Shape::Exact(item.clone()),
                None => pending.monitored(item).unwrap_or_else(|| answer(pending, item)),
            };
            Shape::array(items.iter().map(item).collect())
        }
        _ => Shape::Exact(frame.clone()),
    }
}

fn loosened(words: &[String], frame: &Frame) -> Shape {
    let rule = RULES.iter().find(|rule| rule.applies_to(words));
    rule.and_then(|rule| (rule.loosen)(frame)).unwrap_or_else(|| Shape::Exact(frame.clone()))
}
