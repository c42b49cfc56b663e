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
    /// The clients' steps, in this order.
    pub client_steps: Vec<ClientStep>,
    /// What servers answer that have no variant of their own.
    pub answer: Answer,
    /// The answers of servers that differ. Each replaces the whole default answer.
    pub variants: Vec<Variant>,
}

/// The frames of one turn. Order counts within a connection, and not between connections.
pub type Answer = Vec<Expectation>;

/// What some servers answer instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Why, line by line, without `#`.
    pub remark: Vec<String>,
    /// The servers that answer so.
    pub servers: Vec<ServerName>,
    /// What they answer.
    pub answer: Answer,
}

/// One line `name> …`: an action of a client on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientStep {
    /// The connection that the client uses.
    pub connection: Name,
    /// Where it stands.
    pub place: Place,
    /// What the client does.
    pub action: ClientAction,
}

/// What a client does to its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAction {
    /// Connects and sends nothing. Any other action connects too, if its connection is not open
    /// yet.
    Open,
    /// A request: an array of bulk strings.
    Request(Vec<Bytes>),
    /// A request that contains client IDs of other connections, which are known only when the
    /// conversation is played.
    RequestWithIds(Vec<Word>),
    /// Bytes as they are: inline commands and malformed input.
    Raw(Bytes),
    /// Closes its writing half.
    HalfClose,
    /// Closes both halves.
    Close,
}

/// A word of a request that contains client IDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// These bytes.
    Bytes(Bytes),
    /// `<id of sub>`: what `CLIENT ID` answered that connection in an earlier turn.
    IdOf(Name),
}

/// One step of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Next on its connection.
    One(ServerStep),
    /// In any order: the reference itself promises none.
    AnyOrder(Vec<ServerStep>),
    /// Confirmations of one UNSUBSCRIBE without arguments: their names come in any order, while the
    /// counts beside them go down as they stand here.
    AnyNames(Vec<ServerStep>),
}

/// One line `name< …`: what one connection receives from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStep {
    /// The connection that receives it.
    pub connection: Name,
    /// Where it stands.
    pub place: Place,
    /// What it receives.
    pub event: ServerEvent,
}

/// What a server does to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServerEvent {
    /// A frame, or the shape of one.
    Frame(Shape),
    /// Bytes that are no frame.
    Raw(Bytes),
    /// The end of the stream.
    Closed,
}
