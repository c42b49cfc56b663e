use bytes::Bytes;

use super::Kind;
use crate::conversation::{Heard, Name, Place, Say};

/// One place where a server departs from a recording: everything a report needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// In what way.
    pub kind: Kind,
    /// The promise that is broken: the title of the recording.
    pub title: String,
    /// On which connection.
    pub connection: Name,
    /// The step of the recording that was not kept, or the one before an uninvited frame.
    pub place: Place,
    /// The turn of that step, counted from 0.
    pub turn: usize,
    /// The last thing that the connection had said when the step was due.
    pub after: Option<Say>,
    /// What the recording owes; nothing where a frame came uninvited.
    pub expected: Option<Heard>,
    /// What came; nothing where nothing did.
    pub got: Option<Heard>,
    /// What the clients said instead, in a stale recording: the recording's side, and this run's.
    pub said: Option<(Option<Say>, Option<Say>)>,
    /// The frame that came too early, where the order is wrong.
    pub overtaken_by: Option<Heard>,
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
