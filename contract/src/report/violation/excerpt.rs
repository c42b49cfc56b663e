use crate::compare::Violation;
use crate::conversation::{Answer, ClientStep, Conversation, Expectation, Place, ServerName, Turn};

/// A line of a conversation, as a report shows it.
pub(super) struct Line {
    /// Its number in the file, if it is in one.
    pub(super) number: Option<u32>,
    pub(super) gutter: Gutter,
    pub(super) text: String,
}

/// The part that a line plays in a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gutter {
    Context,
    /// From the recording, with this label.
    Expected(&'static str),
    /// From this run, with this label.
    Received(&'static str),
}

/// How many lines are shown before the broken step, and after it.
const BEFORE: usize = 6;
const AFTER: usize = 3;

/// The steps around a violation. The expected line is marked, and the received one follows it.
pub(super) fn excerpt(
    violation: &Violation,
    recording: Option<(&Conversation, Option<&ServerName>)>,
) -> Vec<Line> {
    let mut lines = match recording {
        Some((recording, server)) => context_lines(violation, recording, server),
        None => violation.after.iter().map(client_line).collect(),
    };
    let at = lines.iter().rposition(|line| line.number == number(&violation.place));
    let marked = marks(violation);
    match at {
        // The step before an unexpected frame is not broken.
        Some(at) if violation.expected.is_none() && violation.client_steps.is_none() => {
            lines.splice(at + 1..at + 1, marked);
        }
        Some(at) => {
            lines.splice(at..=at, marked);
        }
        None => lines.extend(marked),
    }
    let at = lines.iter().position(|line| line.gutter != Gutter::Context).unwrap_or_default();
    let end = lines.iter().rposition(|line| line.gutter != Gutter::Context).unwrap_or_default();
    lines.truncate(end + 1 + AFTER);
    lines.drain(..at.saturating_sub(BEFORE));
    lines
}

/// The expected line, if there is one, and the received line.
fn marks(violation: &Violation) -> Vec<Line> {
    let connection = &violation.connection;
    let place = number(&violation.place);
    if let Some((recorded, action)) = &violation.client_steps {
        let text = |client_step: &Option<ClientStep>| {
            client_step.as_ref().map_or("nothing".to_owned(), ClientStep::to_string)
        };
        return vec![
            Line { number: place, gutter: Gutter::Expected("recorded"), text: text(recorded) },
            Line { number: None, gutter: Gutter::Received("sent"), text: text(action) },
        ];
    }
    let expected = violation.expected.as_ref().map(|event| Line {
        number: place,
        gutter: Gutter::Expected("expected"),
        text: format!("{connection}< {event}"),
    });
    let received = match &violation.got {
        Some(event) => format!("{connection}< {event}"),
        None => "nothing".to_owned(),
    };
    let received = Line { number: None, gutter: Gutter::Received("got"), text: received };
    expected.into_iter().chain([received]).collect()
}

/// The turn of the violation and the ones before it.
fn context_lines(
    violation: &Violation,
    recording: &Conversation,
    server: Option<&ServerName>,
) -> Vec<Line> {
    let first = violation.turn.saturating_sub(BEFORE);
    let turns = recording.turns.iter().skip(first).take(violation.turn - first + 2);
    turns.flat_map(|turn| turn_lines(turn, server)).collect()
}

fn turn_lines(turn: &Turn, server: Option<&ServerName>) -> Vec<Line> {
    let answer: &Answer = server.map_or(&turn.answer, |server| turn.answer_of(server));
    let unnumbered = |text| Line { number: None, gutter: Gutter::Context, text };
    let wait = turn.wait_line().map(unnumbered);
    let client_steps = turn.client_steps.iter().map(client_line);
    wait.into_iter().chain(client_steps).chain(answer.iter().flat_map(server_lines)).collect()
}

fn client_line(client_step: &ClientStep) -> Line {
    Line {
        number: number(&client_step.place),
        gutter: Gutter::Context,
        text: client_step.to_string(),
    }
}

fn server_lines(expectation: &Expectation) -> Vec<Line> {
    let group = match expectation {
        Expectation::One(_) => None,
        Expectation::AnyOrder(_) => Some("any order"),
        Expectation::AnyNames(_) => Some("any names"),
    };
    let indent = if group.is_some() { "  " } else { "" };
    let server_steps = expectation.steps().iter().map(|server_step| Line {
        number: number(&server_step.place),
        gutter: Gutter::Context,
        text: format!("{indent}{server_step}"),
    });
    let bracket =
        |text: &str| Line { number: None, gutter: Gutter::Context, text: text.to_owned() };
    let head = group.map(bracket);
    let tail = group.map(|_| bracket("end"));
    head.into_iter().chain(server_steps).chain(tail).collect()
}

/// The number of a step's line; `None` if the step was not read from a file.
fn number(place: &Place) -> Option<u32> {
    (place.line > 0).then_some(place.line)
}
