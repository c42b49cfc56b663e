use std::borrow::Cow;

use bytes::Bytes;

use super::model::{Answer, Conversation, Expect, Hear, Said, Say, Turn, Word};
use super::name::{Name, ServerName};

impl Turn {
    /// What the server answers in this turn: its own variant, or the default.
    pub fn answer_of(&self, server: &ServerName) -> &Answer {
        let own = self.variants.iter().find(|variant| variant.servers.contains(server));
        own.map_or(&self.answer, |variant| &variant.answer)
    }
}

impl Expect {
    /// What is heard in this step, as it stands.
    pub fn hears(&self) -> &[Hear] {
        match self {
            Expect::One(hear) => std::slice::from_ref(hear),
            Expect::AnyOrder(hears) | Expect::AnyNames(hears) => hears,
        }
    }
}

impl Say {
    /// Whether the client ends its connection with it: by closing, or with QUIT.
    pub fn is_farewell(&self) -> bool {
        match &self.said {
            Said::Close | Said::HalfClose => true,
            Said::Request(words) => {
                words.first().is_some_and(|word| word.eq_ignore_ascii_case(b"quit"))
            }
            Said::Open | Said::About(_) | Said::Raw(_) => false,
        }
    }
}

impl Said {
    /// The words of a request; 0 for numbers that nobody knows before it is played.
    pub fn words(&self) -> Option<Cow<'_, [Bytes]>> {
        let word = |word: &Word| match word {
            Word::Bytes(bytes) => bytes.clone(),
            Word::IdOf(_) => Bytes::from_static(b"0"),
        };
        match self {
            Said::Request(words) => Some(Cow::Borrowed(words)),
            Said::About(words) => Some(words.iter().map(word).collect()),
            Said::Open | Said::Raw(_) | Said::HalfClose | Said::Close => None,
        }
    }
}

impl Conversation {
    /// All connections, in the order in which they first speak or are first spoken to.
    pub fn connections(&self) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut meet = |name: &Name| {
            if !names.contains(name) {
                names.push(name.clone());
            }
        };
        for turn in &self.turns {
            turn.says.iter().for_each(|say| meet(&say.connection));
            let variants = turn.variants.iter().map(|variant| &variant.answer);
            for answer in std::iter::once(&turn.answer).chain(variants) {
                answer.iter().flat_map(Expect::hears).for_each(|hear| meet(&hear.connection));
            }
        }
        names
    }

    /// What one connection says, in order, with the turn's index.
    pub fn said_by<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = (usize, &'a Say)> {
        let turns = self.turns.iter().enumerate();
        turns
            .flat_map(|(index, turn)| turn.says.iter().map(move |say| (index, say)))
            .filter(move |(_, say)| say.connection == *name)
    }

    /// What one connection hears from the server, in order, with the turn's index. A group is
    /// given as it stands.
    pub fn heard_by<'a>(
        &'a self,
        name: &'a Name,
        server: &'a ServerName,
    ) -> impl Iterator<Item = (usize, &'a Hear)> {
        let turns = self.turns.iter().enumerate();
        turns
            .flat_map(move |(index, turn)| {
                let answer = turn.answer_of(server).iter();
                answer.flat_map(Expect::hears).map(move |hear| (index, hear))
            })
            .filter(move |(_, hear)| hear.connection == *name)
    }

    /// Whether the head says that a server of this name was asked.
    pub fn is_recorded_from(&self, server: &ServerName) -> bool {
        self.recorded_from.iter().any(|exact| ServerName::of(exact) == *server)
    }
}
