use std::fmt;

use super::Seed;
use crate::compare::Violation;
use crate::conversation::{ClientAction, ClientStep, Conversation, ServerEvent, Shape};
use crate::wire::Frame;

/// A conversation in which the server departs from the reference, as short as it could be made.
#[derive(Clone, Debug)]
pub struct Find {
    /// What the run was made of.
    pub seed: Seed,
    /// Which of the run's conversations showed it.
    pub nth: u64,
    /// What is left of that, with the reference's answers.
    pub conversation: Conversation,
    /// Where the server departs.
    pub departure: Departure,
}

/// What a server did that the reference did not.
#[derive(Clone, Debug)]
pub enum Departure {
    /// It said something else.
    Violations(Vec<Violation>),
    /// It could not be played on to the end, for this reason.
    Failure(String),
}

/// What makes two finds one: the way in which the server departed, and about what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Likeness {
    way: String,
    /// The last command that was said before. In a pipeline that is not the one that was answered.
    command: String,
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}", self.way, self.command)
    }
}

impl Find {
    /// The name of the file that it is kept in, without a folder.
    pub fn file_name(&self) -> String {
        file_name(self.seed, self.nth)
    }
}

pub(super) fn file_name(seed: Seed, nth: u64) -> String {
    format!("explored_{seed}_{nth}.twin")
}

impl Departure {
    /// What it has in common with others of its kind. Nothing where nothing departs.
    pub fn likeness(&self) -> Option<Likeness> {
        match self {
            Self::Failure(_) => Some(Likeness { way: "failure".into(), command: String::new() }),
            Self::Violations(violations) => violations.first().map(Likeness::of),
        }
    }

    /// Whether the server departs in this way too, be it about something else.
    pub(super) fn shows(&self, likeness: &Likeness) -> bool {
        match self {
            Self::Failure(_) => likeness.command.is_empty(),
            Self::Violations(all) => all.iter().any(|one| Likeness::of(one).way == likeness.way),
        }
    }
}

impl Likeness {
    fn of(violation: &Violation) -> Self {
        let Violation { kind, after, expected, got, .. } = violation;
        let command = after.as_ref().map_or_else(|| "nothing".to_owned(), command);
        Self { way: format!("{kind}: {} and {}", rough(expected), rough(got)), command }
    }
}

/// The command of a request, without what it is about.
pub(super) fn command(client_step: &ClientStep) -> String {
    match &client_step.action {
        ClientAction::Request(words) => words.first().map_or_else(
            || "an empty request".to_owned(),
            |word| String::from_utf8_lossy(word).to_ascii_uppercase(),
        ),
        ClientAction::Raw(_) => "raw bytes".to_owned(),
        other => other.to_string(),
    }
}

/// The kind of an answer: its type, and the first words of an error or of a frame of Pub/Sub.
fn rough(event: &Option<ServerEvent>) -> String {
    let frame = match event {
        None => return "nothing".to_owned(),
        Some(ServerEvent::Closed) => return "the end".to_owned(),
        Some(ServerEvent::Raw(_)) => return "noise".to_owned(),
        Some(ServerEvent::Frame(Shape::Exact(frame))) => frame,
        Some(ServerEvent::Frame(_)) => return "a shape".to_owned(),
    };
    match frame {
        Frame::Error(text) => {
            let text = String::from_utf8_lossy(text);
            let words: Vec<&str> = text.split(' ').take(3).collect();
            format!("-{}", words.join(" "))
        }
        Frame::Simple(text) => format!("+{}", String::from_utf8_lossy(text)),
        Frame::Integer(_) => "a number".to_owned(),
        Frame::Bulk(_) => "a string".to_owned(),
        Frame::Array(items) | Frame::Push(items) => {
            let mark = if matches!(frame, Frame::Push(_)) { '>' } else { '*' };
            match items.first() {
                Some(Frame::Bulk(kind)) if items.len() <= 4 => {
                    format!("{mark}{}", String::from_utf8_lossy(kind))
                }
                _ => format!("{mark}…"),
            }
        }
        Frame::Null | Frame::NullArray | Frame::NullBulk => "a null".to_owned(),
        Frame::Map(_) => "a map".to_owned(),
        _ => "a value".to_owned(),
    }
}
