use std::fmt;

use bytes::Bytes;

use super::ViolationKind;
use crate::conversation::{ClientStep, Name, Place, ServerEvent};
use crate::wire::Frame;

/// One place where a server departs from a recording: everything a report needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// In what way.
    pub kind: ViolationKind,
    /// The promise that is broken: the title of the recording.
    pub title: String,
    /// On which connection.
    pub connection: Name,
    /// The step of the recording that was not kept, or the one before an uninvited frame.
    pub place: Place,
    /// The turn of that step, counted from 0.
    pub turn: usize,
    /// The last thing that the connection had said when the step was due.
    pub after: Option<ClientStep>,
    /// What the recording owes here; nothing where a frame came uninvited.
    pub expected: Option<ServerEvent>,
    /// What came instead; where the order is wrong, the frame that came too early; nothing where
    /// nothing came.
    pub got: Option<ServerEvent>,
    /// In a stale recording: the recorded step of the client, and the one of this run.
    pub client_steps: Option<(Option<ClientStep>, Option<ClientStep>)>,
    /// Where the content of `expected` and `got` parts.
    pub difference: Option<Difference>,
    /// How many more frames in a row broke the promise in the same way.
    pub more: usize,
}

/// The first byte at which two strings part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The way into the frame: `[2]` is the third item of an array.
    pub path: Vec<usize>,
    /// Counted from 0.
    pub offset: usize,
    /// The lengths of both strings, expected first.
    pub lengths: (usize, usize),
    /// A few bytes around the place, as expected.
    pub expected: Bytes,
    /// A few bytes around the place, as they came.
    pub got: Bytes,
}

/// On one line, long values cut: for logs and tests. Reports show more.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} on {}: ", self.kind, self.place, self.connection)?;
        if let Some((expected, got)) = &self.client_steps {
            return write!(f, "expected {}, sent {}", brief(expected), brief(got));
        }
        write!(f, "expected {}, got {}", brief(&self.expected), brief(&self.got))?;
        if let Some(difference) = &self.difference {
            write!(f, "; {difference}")?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        Ok(())
    }
}

/// `they part at byte 5 of [2]: "…" against "…"`, with the lengths where they differ.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let excerpt = |bytes: &Bytes| Frame::Bulk(bytes.clone());
        write!(f, "they part at byte {}", self.offset)?;
        for (depth, item) in self.path.iter().enumerate() {
            write!(f, "{}[{item}]", if depth == 0 { " of " } else { "" })?;
        }
        write!(f, ": {} against {}", excerpt(&self.expected), excerpt(&self.got))?;
        if self.lengths.0 != self.lengths.1 {
            write!(f, ", of {} and {} bytes", self.lengths.0, self.lengths.1)?;
        }
        Ok(())
    }
}

fn brief(value: &Option<impl fmt::Display>) -> String {
    const LONGEST: usize = 100;
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
