use std::collections::HashMap;

use bytes::{Bytes, BytesMut};

use super::forms::{Form, Found};
use crate::conversation::{ClientAction, Conversation};

/// The beginnings of the names that are given without being asked for.
const COMMON: [&str; 3] = ["<uuid ", "<ulid ", "<entry "];

/// The names that were given in a conversation so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The number of each value, by the name of its form.
    numbers: HashMap<String, HashMap<Vec<u8>, usize>>,
}

impl Names {
    /// Whether a request of the conversation contains a name, in place of a value that a server will
    /// have told by then.
    pub(crate) fn are_used_in(conversation: &Conversation) -> bool {
        let steps = conversation.turns.iter().flat_map(|turn| &turn.client_steps);
        let mut words = steps.flat_map(|step| match &step.action {
            ClientAction::Request(words) => words.as_slice(),
            _ => &[],
        });
        let finders = COMMON.map(memchr::memmem::Finder::new);
        words.any(|word| finders.iter().any(|finder| finder.find(word).is_some()))
    }

    /// The word with the value in place of each name that was given.
    pub(crate) fn resolve(&self, word: &Bytes) -> Bytes {
        let mut resolved = word.clone();
        for (form, values) in &self.numbers {
            for (value, number) in values {
                let name = format!("<{form} {number}>");
                let places: Vec<usize> =
                    memchr::memmem::find_iter(&resolved, name.as_bytes()).collect();
                // From the end, so that the places before it stay where they are.
                for at in places.into_iter().rev() {
                    let (before, after) = (&resolved[..at], &resolved[at + name.len()..]);
                    resolved = [before, value, after].concat().into();
                }
            }
        }
        resolved
    }

    /// Replaces values by their names, and gives names to new values.
    pub(super) fn replace(&mut self, text: &mut Bytes, found: &[Found<'_>]) {
        if found.is_empty() {
            return;
        }
        let mut bound = BytesMut::with_capacity(text.len());
        let mut from = 0;
        for Found { range, form } in found {
            bound.extend_from_slice(&text[from..range.start]);
            from = range.end;
            match form {
                Form::Time => bound.extend_from_slice(b"<time>"),
                Form::Literal(name) => bound.extend_from_slice(name.as_bytes()),
                Form::Numbered(name) => {
                    let of_form = self.numbers.entry((*name).to_owned()).or_default();
                    let next = of_form.len() + 1;
                    let number = *of_form.entry(text[range.clone()].to_vec()).or_insert(next);
                    bound.extend_from_slice(format!("<{name} {number}>").as_bytes());
                }
            }
        }
        bound.extend_from_slice(&text[from..]);
        *text = bound.freeze();
    }
}
