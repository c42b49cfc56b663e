use std::time::Duration;

use bytes::Bytes;

use super::name::{Name, Place, ServerName};
use super::setup::Setup;
use super::shape::Shape;

/// The beginning of a remark in the head of a recording that cannot be played without its scenario:
/// something happens to the server that no client of the conversation asks for. The reason follows.
pub const ONLY_AS_A_SCENARIO: &str = "Only as a scenario: ";

/// All requests and frames between named connections and one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The promise that the conversation shows, in one sentence: the first line of the file.
    pub title: String,
    /// More about the promise, line by line, without `#`.
    pub remark: Vec<String>,
    /// The servers that gave these answers (`redis 8.0.2`). Empty before the first recording.
    pub recorded_from: Vec<String>,
    /// The settings with which the server must have been started.
    pub setup: Setup,
    /// The turns, in order.
    pub turns: Vec<Turn>,
}

/// One paragraph of the file: time passes, the clients act, then the server answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The remark above the turn, line by line, without `#`.
    pub remark: Vec<String>,
    /// How much time passes first, once the server has processed everything before: `wait 1500ms`.
    /// Zero if there is no such line.
    pub wait: Duration,
    /// The clients' steps, in this order.
    pub client_steps: Vec<ClientStep>,
    /// The default answer, for servers that have no variant of their own.
    pub answer: Answer,
    /// The answers of servers that differ. Each variant replaces the whole default answer.
    pub variants: Vec<Variant>,
}

/// The frames of one turn. Their order matters within a connection but not between connections.
pub type Answer = Vec<Expectation>;

/// The answer of servers that differ from the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The remark above the variant, line by line, without `#`.
    pub remark: Vec<String>,
    /// The servers that give this answer.
    pub servers: Vec<ServerName>,
    /// Their answer.
    pub answer: Answer,
}

/// One line `name> …`: an action of a client on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientStep {
    /// The connection that the client uses.
    pub connection: Name,
    /// Its line in the file.
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
    /// Raw bytes: inline commands and malformed input.
    Raw(Bytes),
    /// Reads nothing any more, until `StartReading`. The server may go on sending.
    StopReading,
    /// Reads again.
    StartReading,
    /// Closes its writing half.
    HalfClose,
    /// Closes both halves.
    Close,
}

/// A word of a request that contains client IDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Literal bytes.
    Bytes(Bytes),
    /// `<id of sub>`: the reply to `CLIENT ID` on that connection in an earlier turn.
    IdOf(Name),
}

/// One step of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// A step that comes next on its connection.
    One(ServerStep),
    /// Steps in any order, where the reference promises none.
    AnyOrder(Vec<ServerStep>),
    /// Confirmations of one UNSUBSCRIBE without arguments. The names come in any order; the counts
    /// go down in the order given here.
    AnyNames(Vec<ServerStep>),
}

/// One line `name< …`: what one connection receives from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStep {
    /// The connection that receives the event.
    pub connection: Name,
    /// Its line in the file.
    pub place: Place,
    /// What the connection receives.
    pub event: ServerEvent,
}

/// What a server does to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServerEvent {
    /// A frame, or the shape of one.
    Frame(Shape),
    /// Bytes that are not a frame.
    Raw(Bytes),
    /// The end of the stream.
    Closed,
}
