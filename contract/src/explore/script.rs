use bytes::{Bytes, BytesMut};
use fastrand::Rng;

use super::Seed;
use super::comparable::Talk;
use super::lexicon::Lexicon;
use super::mood::Mood;
use super::vocabulary::{Group, VOCABULARY};
use crate::conversation::{
    ClientAction, ClientStep, Conversation, Name, Node, Place, Setting, Setup, Turn,
};
use crate::wire::encode_request;

/// The run's nth conversation, without answers.
pub fn script(seed: Seed, nth: u64) -> Conversation {
    let mut writer = Writer::new(seed.chances(nth));
    let setup = if writer.chances.u32(0..4) == 0 { node() } else { Setup::default() };
    let length = writer.chances.usize(4..=28);
    let mut turns: Vec<Turn> = (0..length).map(|_| writer.turn()).collect();
    turns.retain(|turn| !turn.client_steps.is_empty());
    Conversation {
        title: format!("Should agree in conversation {nth} of seed {seed}"),
        setup,
        turns,
        ..Conversation::default()
    }
}

/// A node of a cluster that serves some names of the lexicon, and sends others away.
fn node() -> Setup {
    let elsewhere = Node::At("127.0.0.1:7000".to_owned());
    let slots = [(0..=8191, Node::Here), (8192..=15000, elsewhere), (15001..=16383, Node::Here)];
    let settings = slots.map(|(range, node)| Setting::Slots { range, node });
    Setup { settings: settings.into() }
}

/// Somebody who makes up a conversation as it goes.
struct Writer {
    chances: Rng,
    lexicon: Lexicon,
    /// How much this conversation is about each group. Some it leaves out: what is always there
    /// hides what shows only where it is not.
    interest: [u32; Group::ALL.len()],
    people: Vec<(Name, Mood)>,
    met: u8,
    talk: Talk,
}

impl Writer {
    fn new(mut chances: Rng) -> Self {
        let lexicon = Lexicon::draw(&mut chances);
        let interest = Group::ALL.map(|group| match chances.u32(0..6) {
            0 | 1 if !group.is_staple() => 0,
            5 => 3,
            _ => 1,
        });
        let mut writer =
            Self { chances, lexicon, interest, people: Vec::new(), met: 0, talk: Talk::default() };
        for _ in 0..writer.chances.usize(1..=4) {
            writer.meet();
        }
        writer
    }

    /// Somebody new takes part.
    fn meet(&mut self) -> usize {
        let name = char::from(b'a' + self.met % 26);
        self.met += 1;
        self.people.push((Name::new(&name.to_string()), Mood::default()));
        self.people.len() - 1
    }

    fn turn(&mut self) -> Turn {
        self.talk.turn();
        let mut client_steps = Vec::new();
        let (pipelines, longest) = match self.chances.u32(0..10) {
            0 => (1, 4),
            1 => (2, 4),
            _ => (1, 1),
        };
        for _ in 0..pipelines {
            let who = self.chances.usize(0..self.people.len());
            for _ in 0..self.chances.usize(1..=longest) {
                if !self.people[who].1.over {
                    client_steps.extend(self.next_step(who));
                }
            }
        }
        for who in (0..self.people.len()).rev() {
            if self.people[who].1.over {
                self.people.remove(who);
                if self.people.is_empty() || self.chances.bool() {
                    self.meet();
                }
            }
        }
        Turn { client_steps, ..Turn::default() }
    }

    /// Nothing, if what came to mind cannot be compared here.
    fn next_step(&mut self, who: usize) -> Option<ClientStep> {
        let (name, mood) = self.people[who].clone();
        let weights = VOCABULARY.iter().map(|(row, action)| {
            row.weight * self.interest[row.group as usize] * mood.eighths(row.group, action)
        });
        let weights: Vec<u32> = weights.collect();
        let mut left = self.chances.u32(0..weights.iter().sum::<u32>().max(1));
        let chosen = weights.iter().position(|weight| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        let (row, action) = &VOCABULARY[chosen.unwrap_or(0)];
        let action = match action {
            ClientAction::Request(words) => self.request(words),
            other => other.clone(),
        };
        let client_step = ClientStep { connection: name, place: Place::default(), action };
        let mut talk = self.talk.clone();
        talk.takes(&client_step).then(|| {
            self.talk = talk;
            self.people[who].1.notice(row.group, &client_step.action);
            client_step
        })
    }

    fn request(&mut self, words: &[Bytes]) -> ClientAction {
        let mut words = self.lexicon.fill(words, &mut self.chances);
        match self.chances.u32(0..100) {
            // A word too few or too many.
            0 if words.len() > 1 => {
                words.pop();
            }
            1 => words.push("x".into()),
            2 | 3 => {
                if let Some(first) = words.first_mut() {
                    *first = first.to_ascii_lowercase().into();
                }
            }
            4 | 5 => return ClientAction::Raw(inline(&words)),
            6 => {
                let mut bytes = BytesMut::new();
                encode_request(&words, &mut bytes);
                return ClientAction::Raw(bytes.freeze());
            }
            _ => {}
        }
        ClientAction::Request(words)
    }
}

/// As a line that a person would type, strange bytes in quotes.
fn inline(words: &[Bytes]) -> Bytes {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"*?:-|{}".contains(byte);
        match std::str::from_utf8(word) {
            Ok(text) if !text.is_empty() && word.iter().all(is_plain) => line.push_str(text),
            _ => {
                line.push('"');
                word.iter().for_each(|byte| line.push_str(&format!("\\x{byte:02x}")));
                line.push('"');
            }
        }
    }
    line.push_str("\r\n");
    line.into()
}
