use crate::compare::compare;
use crate::compare::content::fits;
use crate::conversation::{
    Answer, Conversation, Expectation, ServerEvent, ServerName, ServerStep, Shape, Turn, Variant,
};

/// Merges the answer of one server into a turn.
pub(super) fn merge(
    turn: &mut Turn,
    (exact, normalized): (Answer, Answer),
    server: &ServerName,
    is_default: bool,
    agreed: &[ServerName],
    forks: &[ServerName],
) {
    let before = turn.answer_of(server).clone();
    for variant in &mut turn.variants {
        variant.servers.retain(|other| other != server);
    }
    if is_default {
        let answer = keep_masks(&before, &exact, normalized);
        let old = std::mem::replace(&mut turn.answer, answer);
        if !covers(&turn.answer, &old) {
            keep_for_others(turn, old, server, agreed);
        }
        let default = turn.answer.clone();
        turn.variants.retain(|variant| !covers(&default, &variant.answer));
    } else if !covers(&turn.answer, &exact) {
        // A variant with the masks of a fork is not shared with other servers.
        let is_shared = |variant: &Variant| {
            covers(&variant.answer, &exact)
                && (variant.answer == normalized
                    || !variant.servers.iter().all(|other| forks.contains(other)))
        };
        match turn.variants.iter_mut().find(|variant| is_shared(variant)) {
            Some(variant) => variant.servers.push(server.clone()),
            None => {
                let answer = keep_masks(&before, &exact, normalized);
                let servers = vec![server.clone()];
                turn.variants.push(Variant { remark: Vec::new(), servers, answer });
            }
        }
    }
    tidy(turn);
}

/// Keeps the old default as a variant for the servers that had no variant of their own.
fn keep_for_others(turn: &mut Turn, old: Answer, server: &ServerName, agreed: &[ServerName]) {
    let own = |other: &ServerName| turn.variants.iter().any(|it| it.servers.contains(other));
    let others = agreed.iter().filter(|other| *other != server && !own(other));
    let servers: Vec<ServerName> = others.cloned().collect();
    turn.variants.push(Variant { remark: Vec::new(), servers, answer: old });
}

fn tidy(turn: &mut Turn) {
    turn.variants.retain(|variant| !variant.servers.is_empty());
    turn.variants.iter_mut().for_each(|variant| variant.servers.sort());
    turn.variants.sort_by(|a, b| a.servers.cmp(&b.servers));
}

/// Whether the exact answer keeps to the recorded one.
fn covers(answer: &Answer, exact: &Answer) -> bool {
    let one_turn = |answer: &Answer| Conversation {
        turns: vec![Turn { answer: answer.clone(), ..Turn::default() }],
        ..Conversation::default()
    };
    answer == exact || compare(&one_turn(answer), &one_turn(exact), &ServerName::new("")).is_empty()
}

/// The old answer if it still covers the new one. Otherwise the new answer, with the old masks of
/// those steps that they still fit.
fn keep_masks(old: &Answer, exact: &Answer, mut normalized: Answer) -> Answer {
    if covers(old, exact) {
        return old.clone();
    }
    let mut shapes = old
        .iter()
        .flat_map(Expectation::steps)
        .filter(|server_step| is_masked(server_step))
        .peekable();
    for step in &mut normalized {
        let Expectation::One(server_step) = step else { continue };
        let fitting = |shape: &&ServerStep| shape.connection == server_step.connection;
        let mut rest = shapes.clone();
        let found = rest.find(|shape| fitting(shape) && fits(&shape.event, &server_step.event));
        if let Some(shape) = found {
            server_step.event = shape.event.clone();
            shapes = rest;
        }
    }
    normalized
}

fn is_masked(server_step: &ServerStep) -> bool {
    matches!(&server_step.event, ServerEvent::Frame(shape) if !matches!(shape, Shape::Exact(_)))
}
