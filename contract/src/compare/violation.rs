use std::fmt;

use bytes::Bytes;

use super::ViolationKind;
use crate::conversation::{ClientStep, Contrast, Name, Place, ServerEvent};
use crate::wire::Frame;

/// One place where a server differs from a recording, with everything that a report needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// How the server differs.
    pub kind: ViolationKind,
    /// The promise that is broken: the title of the recording.
    pub title: String,
    /// The connection on which it differs.
    pub connection: Name,
    /// The step of the recording that is broken, or the step before an unexpected frame.
    pub place: Place,
    /// The turn of that step, counted from 0.
    pub turn: usize,
    /// The client's last step on the connection before the broken step.
    pub after: Option<ClientStep>,
    /// The event in the recording, or `None` for an unexpected frame.
    pub expected: Option<ServerEvent>,
    /// The received event, or `None` if nothing was received in its turn. If the order is wrong, this is the
    /// frame that arrived too early.
    pub got: Option<ServerEvent>,
    /// For a stale recording: the client's step in the recording, and its step in this run.
    pub client_steps: Option<(Option<ClientStep>, Option<ClientStep>)>,
    /// The first difference between the contents of `expected` and `got`.
    pub difference: Option<Difference>,
    /// The number of further frames in a row with the same violation.
    pub more: usize,
}

impl Violation {
    /// The parts in which `got` does not fit `expected`. Empty if either is nothing.
    pub(crate) fn contrasts(&self) -> Vec<Contrast> {
        match (&self.expected, &self.got) {
            (Some(expected), Some(got)) => expected.contrasts(got),
            _ => Vec::new(),
        }
    }
}

/// The first byte at which two strings differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path to the string in the frame: `[2]` is the third item of an array.
    pub path: Vec<usize>,
    /// The position of the byte, counted from 0.
    pub offset: usize,
    /// The lengths of both strings, expected first.
    pub lengths: (usize, usize),
    /// The expected bytes around the position.
    pub expected: Bytes,
    /// The received bytes around the position.
    pub got: Bytes,
}

/// One line with shortened values, for logs and tests. Reports show more.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} on {}: ", self.kind, self.place, self.connection)?;
        if let Some((expected, got)) = &self.client_steps {
            let (expected, got) = brief(expected, got);
            return write!(f, "expected {expected}, sent {got}");
        }
        let (expected, got) = brief(&self.expected, &self.got);
        write!(f, "expected {expected}, got {got}")?;
        if let Some(difference) = &self.difference {
            write!(f, "; {difference}")?;
        } else if [expected, got].iter().any(|text| text.ends_with('…'))
            && let Some(Contrast { path, expected, got }) = self.contrasts().first()
        {
            let path = if path.is_empty() { String::new() } else { format!(" at {path}") };
            write!(f, "; they differ{path}: {expected} and {got}")?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        Ok(())
    }
}

/// `they differ at byte 5 of [2]: "…" and "…"`, with the lengths if those differ too.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let excerpt = |bytes: &Bytes| Frame::Bulk(bytes.clone());
        write!(f, "they differ at byte {}", self.offset)?;
        for (depth, item) in self.path.iter().enumerate() {
            write!(f, "{}[{item}]", if depth == 0 { " of " } else { "" })?;
        }
        write!(f, ": {} and {}", excerpt(&self.expected), excerpt(&self.got))?;
        if self.lengths.0 != self.lengths.1 {
            write!(f, ", of {} and {} bytes", self.lengths.0, self.lengths.1)?;
        }
        Ok(())
    }
}

/// Both values, cut to their first characters or, if these are equal, to those around the first
/// difference.
fn brief<T: fmt::Display>(expected: &Option<T>, got: &Option<T>) -> (String, String) {
    const LONGEST: usize = 100;
    const BEFORE: usize = 12;
    let text = |value: &Option<T>| value.as_ref().map_or("nothing".to_owned(), T::to_string);
    let (expected, got) = (text(expected), text(got));
    let same = expected.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| {
        let start = if same < LONGEST { 0 } else { same - BEFORE };
        let mut chars = text.chars().skip(start);
        let part: String = chars.by_ref().take(LONGEST).collect();
        let (head, tail) =
            (if start > 0 { "…" } else { "" }, if chars.next().is_some() { "…" } else { "" });
        format!("{head}{part}{tail}")
    };
    (cut(&expected), cut(&got))
}
