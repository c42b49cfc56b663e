use std::sync::Arc;

use bytes::Bytes;

use super::shape::Shape;

/// Everything that was said between named connections and one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The promise it shows, one sentence: the first line of the file.
    pub title: String,
    /// The servers that gave these answers, `redis 8.0.2`; empty while nobody has.
    pub recorded_from: Vec<String>,
    /// In order. A turn begins where a client speaks after an answer.
    pub turns: Vec<Turn>,
}

/// Clients speak, then the server answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The remark above the turn, line by line, without `#`.
    pub remark: Vec<String>,
    /// What the clients say, in this order.
    pub says: Vec<Say>,
    /// What is heard then, on servers without a variant of their own.
    pub answer: Answer,
    /// The answers of servers that differ. Each replaces the whole default answer.
    pub variants: Vec<Variant>,
}

/// The frames of one turn. Order counts within a connection, and not between connections.
pub type Answer = Vec<Expect>;

/// What some servers answer instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Profiles, `redis-7.0`.
    pub servers: Vec<ServerName>,
    /// What they answer.
    pub answer: Answer,
}

/// A profile's name: product, dash, version (`redis-7.0`, `valkey-8.1`).
pub type ServerName = String;

/// A connection's name within its conversation (`alice`, `pub`, `alice#2` after a reconnect).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

/// One thing a client does on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    /// Who says it.
    pub connection: Name,
    /// Where it stands.
    pub place: Place,
    /// What is said.
    pub said: Said,
}

/// What a client does to its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Connects and says nothing. A connection that speaks is connected by its first word.
    Open,
    /// A request: an array of bulk strings.
    Request(Vec<Bytes>),
    /// Bytes as they are: inline commands and malformed input.
    Raw(Bytes),
    /// Closes its writing half.
    HalfClose,
    /// Closes both halves.
    Close,
}

/// One step of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Next on its connection.
    One(Hear),
    /// In any order: the reference itself promises none.
    AnyOrder(Vec<Hear>),
}

/// One thing heard on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hear {
    /// Who hears it.
    pub connection: Name,
    /// Where it stands.
    pub place: Place,
    /// What is heard.
    pub heard: Heard,
}

/// What a server does to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A frame, or the shape of one.
    Frame(Shape),
    /// Bytes that are no frame.
    Raw(Bytes),
    /// The end of the stream.
    Closed,
}

/// A line of a file; line 0 of an empty file where a step was made by a program.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The file, as it was given.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
}

/// Where a step stands is no part of what it says: conversations that say the same are equal.
impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl Name {
    /// A name; whether it is well formed is checked where text is parsed.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
