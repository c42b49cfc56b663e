use bytes::{Bytes, BytesMut};
use fastrand::Rng;

use super::Seed;
use super::client_model::ClientModel;
use super::comparable::Comparability;
use super::row::Group;
use super::vocabulary::VOCABULARY;
use super::words::Words;
use crate::conversation::{
    ClientAction, ClientStep, Conversation, Name, Node, Place, Setting, Setup, Turn,
};
use crate::wire::encode_request;

/// The run's nth conversation, without answers.
pub fn generate(seed: Seed, nth: u64) -> Conversation {
    let mut generator = Generator::new(seed.rng(nth));
    let setup = if generator.rng.u32(0..4) == 0 { node() } else { Setup::default() };
    let length = generator.rng.usize(4..=28);
    let mut turns: Vec<Turn> = (0..length).map(|_| generator.turn()).collect();
    turns.retain(|turn| !turn.client_steps.is_empty());
    Conversation {
        title: format!("Should agree in conversation {nth} of seed {seed}"),
        setup,
        turns,
        ..Conversation::default()
    }
}

/// A cluster node that serves the slots of some words and redirects clients for the others.
fn node() -> Setup {
    let elsewhere = Node::At("127.0.0.1:7000".to_owned());
    let slots = [(0..=8191, Node::Here), (8192..=15000, elsewhere), (15001..=16383, Node::Here)];
    let settings = slots.map(|(range, node)| Setting::Slots { range, node });
    Setup { settings: settings.into() }
}

/// Generates one conversation, turn by turn.
struct Generator {
    rng: Rng,
    words: Words,
    /// How often this conversation uses each group. It leaves some groups out, because some bugs
    /// show only without them.
    group_weights: [u32; Group::ALL.len()],
    clients: Vec<(Name, ClientModel)>,
    clients_added: u8,
    comparability: Comparability,
}

impl Generator {
    fn new(mut rng: Rng) -> Self {
        let words = Words::draw(&mut rng);
        let group_weights = Group::ALL.map(|group| match rng.u32(0..6) {
            0 | 1 if !group.is_always_included() => 0,
            5 => 3,
            _ => 1,
        });
        let mut generator = Self {
            rng,
            words,
            group_weights,
            clients: Vec::new(),
            clients_added: 0,
            comparability: Comparability::default(),
        };
        for _ in 0..generator.rng.usize(1..=4) {
            generator.add_client();
        }
        generator
    }

    /// Adds a client with a new name.
    fn add_client(&mut self) -> usize {
        let name = char::from(b'a' + self.clients_added % 26);
        self.clients_added += 1;
        self.clients.push((Name::new(&name.to_string()), ClientModel::default()));
        self.clients.len() - 1
    }

    fn turn(&mut self) -> Turn {
        self.comparability.start_turn();
        let mut client_steps = Vec::new();
        let (pipelines, longest) = match self.rng.u32(0..10) {
            0 => (1, 4),
            1 => (2, 4),
            _ => (1, 1),
        };
        for _ in 0..pipelines {
            let client = self.rng.usize(0..self.clients.len());
            for _ in 0..self.rng.usize(1..=longest) {
                if !self.clients[client].1.closed {
                    client_steps.extend(self.next_step(client));
                }
            }
        }
        for client in (0..self.clients.len()).rev() {
            if self.clients[client].1.closed {
                self.clients.remove(client);
                if self.clients.is_empty() || self.rng.bool() {
                    self.add_client();
                }
            }
        }
        Turn { client_steps, ..Turn::default() }
    }

    /// The next step of this client; `None` if the chosen step is not comparable here.
    fn next_step(&mut self, client: usize) -> Option<ClientStep> {
        let (name, model) = self.clients[client].clone();
        let weights = VOCABULARY.iter().map(|(row, action)| {
            row.weight * self.group_weights[row.group as usize] * model.weight(row.group, action)
        });
        let weights: Vec<u32> = weights.collect();
        let mut left = self.rng.u32(0..weights.iter().sum::<u32>().max(1));
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
        let mut comparability = self.comparability.clone();
        comparability.accept(&client_step).then(|| {
            self.comparability = comparability;
            self.clients[client].1.observe(row.group, &client_step.action);
            client_step
        })
    }

    fn request(&mut self, words: &[Bytes]) -> ClientAction {
        let mut words = self.words.fill(words, &mut self.rng);
        match self.rng.u32(0..100) {
            // One word is missing, or one is too many.
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

/// The words as an inline request, unusual ones in quotes.
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
