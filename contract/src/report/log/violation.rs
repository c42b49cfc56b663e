use serde::{Deserialize, Serialize};

#[cfg(feature = "command")]
use crate::compare::ViolationKind;
use crate::compare::{Difference, Violation};
#[cfg(feature = "command")]
use crate::conversation::{ClientStep, Conversation, Expectation, Name, Place, ServerEvent};

/// A violation as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoggedViolation {
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) connection: String,
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) turn: usize,
    /// Steps of clients in the notation of conversations, with their connections.
    pub(super) after: Option<String>,
    pub(super) client_steps: Option<(Option<String>, Option<String>)>,
    /// Events in the notation of conversations.
    pub(super) expected: Option<String>,
    pub(super) got: Option<String>,
    pub(super) difference: Option<LoggedDifference>,
    pub(super) more: usize,
}

/// The first difference between two strings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LoggedDifference {
    pub(super) path: Vec<usize>,
    pub(super) offset: usize,
    pub(super) lengths: (usize, usize),
    pub(super) expected: Vec<u8>,
    pub(super) got: Vec<u8>,
}

impl From<&Violation> for LoggedViolation {
    fn from(violation: &Violation) -> Self {
        let steps = violation.client_steps.as_ref();
        Self {
            kind: violation.kind.name().to_owned(),
            title: violation.title.clone(),
            connection: violation.connection.to_string(),
            file: violation.place.file.to_string(),
            line: violation.place.line,
            turn: violation.turn,
            after: violation.after.as_ref().map(ToString::to_string),
            client_steps: steps.map(|(recorded, sent)| {
                (recorded.as_ref().map(ToString::to_string), sent.as_ref().map(ToString::to_string))
            }),
            expected: violation.expected.as_ref().map(ToString::to_string),
            got: violation.got.as_ref().map(ToString::to_string),
            difference: violation.difference.as_ref().map(LoggedDifference::from),
            more: violation.more,
        }
    }
}

impl From<&Difference> for LoggedDifference {
    fn from(difference: &Difference) -> Self {
        Self {
            path: difference.path.clone(),
            offset: difference.offset,
            lengths: difference.lengths,
            expected: difference.expected.to_vec(),
            got: difference.got.to_vec(),
        }
    }
}

/// The violation that was written as text.
#[cfg(feature = "command")]
pub(super) fn parsed(logged: &LoggedViolation) -> Result<Violation, String> {
    let event = |text: &Option<String>| text.as_deref().map(event).transpose();
    let step = |text: &Option<String>| text.as_deref().map(client_step).transpose();
    let kind = &logged.kind;
    let steps = logged.client_steps.as_ref();
    Ok(Violation {
        kind: ViolationKind::named(kind).ok_or_else(|| format!("{kind:?} is no violation"))?,
        title: logged.title.clone(),
        connection: Name::new(&logged.connection),
        place: Place { file: logged.file.as_str().into(), line: logged.line },
        turn: logged.turn,
        after: step(&logged.after)?,
        expected: event(&logged.expected)?,
        got: event(&logged.got)?,
        client_steps: steps
            .map(|(recorded, sent)| Ok::<_, String>((step(recorded)?, step(sent)?)))
            .transpose()?,
        difference: logged.difference.clone().map(Difference::from),
        more: logged.more,
    })
}

#[cfg(feature = "command")]
impl From<LoggedDifference> for Difference {
    fn from(logged: LoggedDifference) -> Self {
        let LoggedDifference { path, offset, lengths, expected, got } = logged;
        Self { path, offset, lengths, expected: expected.into(), got: got.into() }
    }
}

/// The step of a client in a conversation of this line alone.
#[cfg(feature = "command")]
fn client_step(line: &str) -> Result<ClientStep, String> {
    let turns = alone(line)?.turns;
    let mut steps = turns.into_iter().flat_map(|turn| turn.client_steps);
    steps.next().ok_or_else(|| format!("{line:?} is no step of a client"))
}

/// The event in a conversation that has no other.
#[cfg(feature = "command")]
fn event(text: &str) -> Result<ServerEvent, String> {
    let turns = alone(&format!("a< {text}"))?.turns;
    let mut answers = turns.iter().flat_map(|turn| &turn.answer).flat_map(Expectation::steps);
    answers.next().map(|step| step.event.clone()).ok_or_else(|| format!("{text:?} is no event"))
}

#[cfg(feature = "command")]
fn alone(line: &str) -> Result<Conversation, String> {
    Conversation::parse(&format!("# A line\n\n{line}\n"), "a line of the log")
        .map_err(|error| error.to_string())
}
