use crate::conversation::{Name, ServerName};

/// A conversation, laid out for drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// The connections: one lane each, from left to right.
    pub connections: Vec<Name>,
    /// The turns, from top to bottom.
    pub turns: Vec<LaneTurn>,
    /// How many turns are left out at the end.
    pub left_out: usize,
}

/// A turn: time passes, the clients act, then the server answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneTurn {
    /// How many turns are left out before this one.
    pub left_out: usize,
    /// The remark above it, line by line.
    pub remark: Vec<String>,
    /// The line that lets time pass before the steps, if there is one.
    pub wait: Option<String>,
    /// The steps of clients and server, in their order.
    pub steps: Vec<LaneStep>,
    /// The answers of servers that differ.
    pub variants: Vec<LaneVariant>,
}

/// The answer of servers that differ from the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneVariant {
    /// The servers.
    pub servers: Vec<ServerName>,
    /// The remark above it, line by line.
    pub remark: Vec<String>,
    /// Their answer.
    pub steps: Vec<LaneStep>,
}

/// A request, a frame, or another event on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneStep {
    /// The index of its connection.
    pub lane: usize,
    /// Its line in the file, if it is in one.
    pub line: Option<u32>,
    /// The side that sends it.
    pub direction: Direction,
    /// Its text in the notation of conversations.
    pub text: String,
    /// The free order to which it belongs: `any order`.
    pub group: Option<&'static str>,
    /// Whether it is the first of that group.
    pub opens_group: bool,
    /// The part that it plays in a violation.
    pub part: Part,
    /// Details about a broken step, line by line.
    pub notes: Vec<String>,
}

/// The side that sends a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    Sent,
    /// The server.
    Received,
}

/// The part that a step plays in a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None: it shows what happened around it.
    Context,
    /// It stands in the recording, with this label.
    Expected(&'static str),
    /// It comes from the run, with this label.
    Got(&'static str),
}

impl Lanes {
    /// The index of a connection. A connection that the conversation does not have gets a lane.
    pub(super) fn lane(&mut self, name: &Name) -> usize {
        match self.connections.iter().position(|known| known == name) {
            Some(lane) => lane,
            None => {
                self.connections.push(name.clone());
                self.connections.len() - 1
            }
        }
    }
}

impl LaneStep {
    /// A step that plays no part in a violation.
    pub(super) fn context(lane: usize, line: u32, direction: Direction, text: String) -> Self {
        Self {
            lane,
            line: (line > 0).then_some(line),
            direction,
            text,
            group: None,
            opens_group: false,
            part: Part::Context,
            notes: Vec::new(),
        }
    }
}

/// The line in the place of turns that are not drawn.
pub(super) fn turns_left_out(turns: usize) -> String {
    match turns {
        1 => "… 1 turn …".to_owned(),
        turns => format!("… {turns} turns …"),
    }
}
