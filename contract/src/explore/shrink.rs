//! Makes a conversation shorter while it still shows its difference.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::conversation::{ClientAction, ClientStep, Conversation, Name, Setup, Turn};
use crate::wire::{ClientInput, decode_request};

/// Returns the smallest conversation for which `reproduces` still holds. Removes and simplifies
/// parts until no change helps, or until no attempts are left.
///
/// This ends because every accepted change makes the conversation smaller or simpler.
pub fn shrink(
    script: Conversation,
    attempts_left: usize,
    reproduces: impl FnMut(&Conversation) -> bool,
) -> Conversation {
    let mut shrinker = Shrinker { smallest: script, attempts_left, reproduces };
    loop {
        let before = shrinker.smallest.clone();
        shrinker.drop_setup();
        shrinker.drop_turns();
        shrinker.drop_connections();
        shrinker.drop_steps();
        shrinker.drop_waits();
        shrinker.join_connections();
        shrinker.parse_raw();
        shrinker.drop_words();
        shrinker.simplify_words();
        shrinker.shorten_raw();
        shrinker.split_turns();
        if shrinker.smallest == before || shrinker.attempts_left == 0 {
            break;
        }
    }
    shrinker.rename_connections();
    shrinker.smallest
}

struct Shrinker<F> {
    smallest: Conversation,
    attempts_left: usize,
    reproduces: F,
}

impl<F: FnMut(&Conversation) -> bool> Shrinker<F> {
    /// Accepts these turns if they still reproduce the difference.
    fn take(&mut self, turns: Vec<Turn>) -> bool {
        self.try_conversation(Conversation { turns, ..self.smallest.clone() })
    }

    fn try_conversation(&mut self, candidate: Conversation) -> bool {
        if self.attempts_left == 0 || candidate == self.smallest {
            return false;
        }
        self.attempts_left -= 1;
        let is_smaller = (self.reproduces)(&candidate);
        if is_smaller {
            self.smallest = candidate;
        }
        is_smaller
    }

    /// Tries a server without a setup.
    fn drop_setup(&mut self) {
        self.try_conversation(Conversation { setup: Setup::default(), ..self.smallest.clone() });
    }

    /// Tries without half of the turns, then without a quarter, down to single turns.
    fn drop_turns(&mut self) {
        let mut size = self.smallest.turns.len().div_ceil(2);
        while size > 0 {
            let mut end = self.smallest.turns.len();
            while end > 0 {
                let start = end.saturating_sub(size);
                let mut turns = self.smallest.turns.clone();
                turns.drain(start..end.min(turns.len()));
                self.take(turns);
                end = start;
            }
            size /= 2;
        }
    }

    fn drop_connections(&mut self) {
        for name in self.smallest.connections() {
            self.try_steps(
                |client_step| if client_step.connection == name { None } else { Some(client_step) },
            );
        }
    }

    fn drop_steps(&mut self) {
        for at in (0..self.client_steps().count()).rev() {
            let mut index = 0;
            self.try_steps(|client_step| {
                index += 1;
                (index - 1 != at).then_some(client_step)
            });
        }
    }

    fn drop_waits(&mut self) {
        for at in 0..self.smallest.turns.len() {
            let mut turns = self.smallest.turns.clone();
            turns[at].wait = Duration::ZERO;
            self.take(turns);
        }
    }

    /// Tries to give the steps of one connection to another.
    fn join_connections(&mut self) {
        let names = self.smallest.connections();
        for (at, name) in names.iter().enumerate().rev() {
            for other in &names[..at] {
                let joined = self.try_steps(|mut client_step| {
                    if client_step.connection == *name {
                        client_step.connection = other.clone();
                    }
                    Some(client_step)
                });
                if joined {
                    break;
                }
            }
        }
    }

    /// Replaces raw bytes by the requests that they contain.
    fn parse_raw(&mut self) {
        self.each_step(|action| match action {
            ClientAction::Raw(bytes) => requests(bytes).into_iter().collect(),
            _ => Vec::new(),
        });
    }

    fn drop_words(&mut self) {
        for at in (0..self.client_steps().count()).rev() {
            let Some(ClientAction::Request(words)) = self.action(at) else { continue };
            for word in (1..words.len()).rev() {
                let Some(ClientAction::Request(mut words)) = self.action(at) else { break };
                if word < words.len() {
                    words.remove(word);
                    self.put(at, vec![ClientAction::Request(words)]);
                }
            }
        }
    }

    /// Replaces each word everywhere at once first: equal names must stay equal.
    fn simplify_words(&mut self) {
        let words = |client_steps: &mut dyn Iterator<Item = &ClientStep>| -> BTreeSet<Bytes> {
            let requests = client_steps.filter_map(|client_step| match &client_step.action {
                ClientAction::Request(words) => Some(words.iter().skip(1)),
                _ => None,
            });
            requests.flatten().cloned().collect()
        };
        let all = words(&mut self.client_steps());
        for word in all {
            for simpler in simpler(&word) {
                if self.replace_everywhere(&word, &simpler) {
                    break;
                }
            }
        }
        for at in 0..self.client_steps().count() {
            let Some(ClientAction::Request(words)) = self.action(at) else { continue };
            for (index, word) in words.iter().enumerate() {
                let upper: Bytes = word.to_ascii_uppercase().into();
                let choices = if index == 0 { vec![upper] } else { simpler(word) };
                for choice in choices {
                    let mut words = words.clone();
                    if let Some(ClientAction::Request(now)) = self.action(at) {
                        words = now;
                    }
                    if words.get(index) == Some(&choice) {
                        break;
                    }
                    words[index] = choice;
                    if self.put(at, vec![ClientAction::Request(words)]) {
                        break;
                    }
                }
            }
        }
    }

    fn shorten_raw(&mut self) {
        for at in 0..self.client_steps().count() {
            let Some(ClientAction::Raw(bytes)) = self.action(at) else { continue };
            let mut size = bytes.len().div_ceil(2);
            while size > 0 {
                let Some(ClientAction::Raw(bytes)) = self.action(at) else { break };
                let mut end = bytes.len();
                while end > 0 {
                    let start = end.saturating_sub(size);
                    let Some(ClientAction::Raw(bytes)) = self.action(at) else { break };
                    let rest = [&bytes[..start], &bytes[end.min(bytes.len())..]].concat();
                    self.put(at, vec![ClientAction::Raw(rest.into())]);
                    end = start;
                }
                size /= 2;
            }
        }
    }

    /// Gives each step a turn of its own, which is easier to read than a pipeline.
    fn split_turns(&mut self) {
        let client_steps = self.client_steps().cloned();
        let turns = client_steps
            .map(|client_step| Turn { client_steps: vec![client_step], ..Turn::default() })
            .collect();
        self.take(turns);
    }

    fn rename_connections(&mut self) {
        let names = self.smallest.connections();
        let place = |name: &Name| names.iter().position(|other| other == name).unwrap_or(0);
        self.try_steps(|mut client_step| {
            let letter = b'a' + u8::try_from(place(&client_step.connection) % 26).unwrap_or(0);
            client_step.connection = Name::new(&char::from(letter).to_string());
            Some(client_step)
        });
    }

    fn replace_everywhere(&mut self, word: &Bytes, simpler: &Bytes) -> bool {
        self.try_steps(|mut client_step| {
            if let ClientAction::Request(words) = &mut client_step.action {
                for other in words.iter_mut().skip(1).filter(|other| *other == word) {
                    *other = simpler.clone();
                }
            }
            Some(client_step)
        })
    }

    /// Replaces each step by the first of its choices that still reproduces the difference.
    fn each_step(&mut self, choices: impl Fn(&ClientAction) -> Vec<Vec<ClientAction>>) {
        for at in (0..self.client_steps().count()).rev() {
            let Some(action) = self.action(at) else { continue };
            for choice in choices(&action) {
                if self.put(at, choice) {
                    break;
                }
            }
        }
    }

    fn client_steps(&self) -> impl Iterator<Item = &ClientStep> {
        self.smallest.turns.iter().flat_map(|turn| &turn.client_steps)
    }

    fn action(&self, at: usize) -> Option<ClientAction> {
        self.client_steps().nth(at).map(|client_step| client_step.action.clone())
    }

    /// Tries these actions in the place of one step.
    fn put(&mut self, at: usize, action: Vec<ClientAction>) -> bool {
        let mut index = 0;
        let mut turns = self.smallest.turns.clone();
        for turn in &mut turns {
            let client_steps = std::mem::take(&mut turn.client_steps);
            for client_step in client_steps {
                if index == at {
                    let others = action
                        .iter()
                        .map(|action| ClientStep { action: action.clone(), ..client_step.clone() });
                    turn.client_steps.extend(others);
                } else {
                    turn.client_steps.push(client_step);
                }
                index += 1;
            }
        }
        self.take(turns)
    }

    /// Tries a change of every step. `None` removes a step, and a turn without steps goes too.
    fn try_steps(&mut self, mut change: impl FnMut(ClientStep) -> Option<ClientStep>) -> bool {
        let mut turns = self.smallest.turns.clone();
        for turn in &mut turns {
            turn.client_steps = std::mem::take(&mut turn.client_steps)
                .into_iter()
                .filter_map(&mut change)
                .collect();
        }
        turns.retain(|turn| !turn.client_steps.is_empty() || !turn.wait.is_zero());
        self.take(turns)
    }
}

/// The requests in these bytes, also inline ones; `None` if the bytes contain anything else.
fn requests(bytes: &Bytes) -> Option<Vec<ClientAction>> {
    let mut buffer = BytesMut::from(&bytes[..]);
    let mut action = Vec::new();
    while let Some(input) = decode_request(&mut buffer) {
        action.push(match input {
            ClientInput::Request(words) => ClientAction::Request(words),
            ClientInput::Raw(line) => {
                let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
                ClientAction::Request(words.map(Bytes::copy_from_slice).collect())
            }
        });
    }
    (buffer.is_empty() && !action.is_empty()).then_some(action)
}

/// Simpler replacements for a word: plain names first, then shorter forms of the word.
fn simpler(word: &Bytes) -> Vec<Bytes> {
    let plain = ["a", "b", "x", "1"].map(|name| Bytes::from_static(name.as_bytes()));
    let less = (0..word.len()).filter(|_| word.len() <= 16);
    let less = less.map(|at| [&word[..at], &word[at + 1..]].concat().into());
    let half = (word.len() > 16).then(|| word.slice(..word.len() / 2));
    let choices = plain.into_iter().chain(half).chain(less);
    choices.filter(|choice| cost(choice) < cost(word)).collect()
}

/// How much a word asks of its reader. A simpler word costs less.
fn cost(word: &[u8]) -> (usize, usize, &[u8]) {
    let odd = word.iter().filter(|byte| !byte.is_ascii_lowercase()).count();
    (word.len().max(1) + usize::from(word.is_empty()) * 2, odd, word)
}
