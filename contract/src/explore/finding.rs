use std::fmt;

use super::Seed;
use crate::compare::Violation;
use crate::conversation::{ClientAction, ClientStep, Conversation, ServerEvent, Shape};
use crate::wire::Frame;

/// A conversation in which the server differs from the reference, shrunk as far as possible.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The seed of the run.
    pub seed: Seed,
    /// The number of the conversation in that run.
    pub nth: u64,
    /// The shrunk conversation, with the reference's answers.
    pub conversation: Conversation,
    /// How the server differs.
    pub mismatch: Mismatch,
}

/// How a server differs from the reference in one conversation.
#[derive(Clone, Debug)]
pub enum Mismatch {
    /// It gave other answers.
    Violations(Vec<Violation>),
    /// It failed before the end of the conversation, for this reason.
    Failure(String),
}

/// The first difference and the command before it. Findings with the same cause share them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    mismatch_kind: String,
    /// The last command before the difference. In a pipeline, the answer may belong to another one.
    command: String,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}", self.mismatch_kind, self.command)
    }
}

impl Finding {
    /// The name of its file, without a folder.
    pub fn file_name(&self) -> String {
        file_name(self.seed, self.nth)
    }
}

/// The name of the file of a conversation, without a folder.
pub fn file_name(seed: Seed, nth: u64) -> String {
    format!("explored_{seed}_{nth}.twin")
}

impl Mismatch {
    /// Its signature; `None` if the servers did not differ.
    pub fn signature(&self) -> Option<Signature> {
        match self {
            Self::Failure(_) => {
                Some(Signature { mismatch_kind: "failure".into(), command: String::new() })
            }
            Self::Violations(violations) => violations.first().map(Signature::of),
        }
    }

    /// Whether one of its violations has this kind, after any command.
    pub(super) fn shows(&self, signature: &Signature) -> bool {
        match self {
            Self::Failure(_) => signature.command.is_empty(),
            Self::Violations(all) => {
                all.iter().any(|one| Signature::of(one).mismatch_kind == signature.mismatch_kind)
            }
        }
    }
}

impl Signature {
    fn of(violation: &Violation) -> Self {
        let Violation { kind, after, expected, got, .. } = violation;
        let command = after.as_ref().map_or_else(|| "nothing".to_owned(), command);
        Self {
            mismatch_kind: format!(
                "{kind}: expected {}, got {}",
                describe(expected),
                describe(got)
            ),
            command,
        }
    }
}

/// The name of a step's command, without its arguments.
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
fn describe(event: &Option<ServerEvent>) -> String {
    let frame = match event {
        None => return "nothing".to_owned(),
        Some(ServerEvent::Closed) => return "a close".to_owned(),
        Some(ServerEvent::Raw(_)) => return "raw bytes".to_owned(),
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
