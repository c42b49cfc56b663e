use bytes::Bytes;

use super::name::{Name, Place, ServerName};
use super::setup::Setup;
use super::shape::Shape;

/// Everything that was said between named connections and one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The promise it shows, one sentence: the first line of the file.
    pub title: String,
    /// More words about it, line by line, without `#`.
    pub remark: Vec<String>,
    /// The servers that gave these answers, `redis 8.0.2`; empty while nobody has.
    pub recorded_from: Vec<String>,
    /// What the server must have been started with.
    pub setup: Setup,
    /// In order.
    pub turns: Vec<Turn>,
}

/// Clients speak, then the server answers: one paragraph of the file.
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
    /// Why, line by line, without `#`.
    pub remark: Vec<String>,
    /// Who answers so.
    pub servers: Vec<ServerName>,
    /// What they answer.
    pub answer: Answer,
}

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
    /// A request about other connections, whose numbers are known only once it is played.
    About(Vec<Word>),
    /// Bytes as they are: inline commands and malformed input.
    Raw(Bytes),
    /// Closes its writing half.
    HalfClose,
    /// Closes both halves.
    Close,
}

/// A word of a request about other connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// These bytes.
    Bytes(Bytes),
    /// `<id of sub>`: what `CLIENT ID` answered that connection in an earlier turn.
    IdOf(Name),
}

/// One step of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Next on its connection.
    One(Hear),
    /// In any order: the reference itself promises none.
    AnyOrder(Vec<Hear>),
    /// Confirmations of one UNSUBSCRIBE without arguments: their names come in any order, while the
    /// counts beside them go down as they stand here.
    AnyNames(Vec<Hear>),
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Heard {
    /// A frame, or the shape of one.
    Frame(Shape),
    /// Bytes that are no frame.
    Raw(Bytes),
    /// The end of the stream.
    Closed,
}
