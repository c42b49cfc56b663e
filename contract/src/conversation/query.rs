use std::borrow::Cow;

use bytes::Bytes;

use super::model::{
    Answer, ClientAction, ClientStep, Conversation, Expectation, ServerStep, Turn, Word,
};
use super::name::{Name, ServerName};

impl Turn {
    /// The server's answer in this turn: its own variant, or the default.
    pub fn answer_of(&self, server: &ServerName) -> &Answer {
        let own = self.variants.iter().find(|variant| variant.servers.contains(server));
        own.map_or(&self.answer, |variant| &variant.answer)
    }
}

impl Expectation {
    /// The server's steps in this expectation, in the order of the file.
    pub fn steps(&self) -> &[ServerStep] {
        match self {
            Expectation::One(server_step) => std::slice::from_ref(server_step),
            Expectation::AnyOrder(server_steps) | Expectation::AnyNames(server_steps) => {
                server_steps
            }
        }
    }
}

impl ClientStep {
    /// Whether the client ends its connection with this step, by closing it or with QUIT.
    pub fn ends_connection(&self) -> bool {
        match &self.action {
            ClientAction::Close | ClientAction::HalfClose => true,
            ClientAction::Request(words) => {
                words.first().is_some_and(|word| word.eq_ignore_ascii_case(b"quit"))
            }
            ClientAction::Open
            | ClientAction::RequestWithIds(_)
            | ClientAction::Raw(_)
            | ClientAction::StopReading
            | ClientAction::StartReading => false,
        }
    }
}

impl ClientAction {
    /// The words of a request. Client IDs are known only when the conversation is played, so `0`
    /// stands for them.
    pub fn words(&self) -> Option<Cow<'_, [Bytes]>> {
        let word = |word: &Word| match word {
            Word::Bytes(bytes) => bytes.clone(),
            Word::IdOf(_) => Bytes::from_static(b"0"),
        };
        match self {
            ClientAction::Request(words) => Some(Cow::Borrowed(words)),
            ClientAction::RequestWithIds(words) => Some(words.iter().map(word).collect()),
            ClientAction::Open
            | ClientAction::Raw(_)
            | ClientAction::StopReading
            | ClientAction::StartReading
            | ClientAction::HalfClose
            | ClientAction::Close => None,
        }
    }
}

impl Conversation {
    /// All connections, in the order in which they first send or receive something.
    pub fn connections(&self) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut add = |name: &Name| {
            if !names.contains(name) {
                names.push(name.clone());
            }
        };
        for turn in &self.turns {
            turn.client_steps.iter().for_each(|client_step| add(&client_step.connection));
            let variants = turn.variants.iter().map(|variant| &variant.answer);
            for answer in std::iter::once(&turn.answer).chain(variants) {
                answer
                    .iter()
                    .flat_map(Expectation::steps)
                    .for_each(|server_step| add(&server_step.connection));
            }
        }
        names
    }

    /// The client's steps on one connection, in order, each with the index of its turn.
    pub fn client_steps_of<'a>(
        &'a self,
        name: &'a Name,
    ) -> impl Iterator<Item = (usize, &'a ClientStep)> {
        let turns = self.turns.iter().enumerate();
        turns
            .flat_map(|(index, turn)| {
                turn.client_steps.iter().map(move |client_step| (index, client_step))
            })
            .filter(move |(_, client_step)| client_step.connection == *name)
    }

    /// The server's steps on one connection, in order, each with the index of its turn. The steps
    /// of an unordered group are in the order of the file.
    pub fn server_steps_of<'a>(
        &'a self,
        name: &'a Name,
        server: &'a ServerName,
    ) -> impl Iterator<Item = (usize, &'a ServerStep)> {
        let turns = self.turns.iter().enumerate();
        turns
            .flat_map(move |(index, turn)| {
                let answer = turn.answer_of(server).iter();
                answer.flat_map(Expectation::steps).map(move |server_step| (index, server_step))
            })
            .filter(move |(_, server_step)| server_step.connection == *name)
    }

    /// Whether the head names a server of this name as recorded.
    pub fn is_recorded_from(&self, server: &ServerName) -> bool {
        self.recorded_from.iter().any(|exact| ServerName::of(exact) == *server)
    }
}
