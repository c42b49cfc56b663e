use super::model::{Direction, LaneStep, LaneTurn, Lanes, Part};
use crate::compare::{Difference, Violation};
use crate::conversation::{ClientStep, Contrast};
use crate::shorten::visible;

impl Lanes {
    /// Marks the step that a violation breaks, and adds what was received instead.
    pub fn mark(&mut self, violation: &Violation) {
        let lane = self.lane(&violation.connection);
        let turn = match self.turns.len().checked_sub(1) {
            Some(last) => violation.turn.min(last),
            None => {
                self.turns.push(LaneTurn::default());
                0
            }
        };
        let at = self.turns[turn].find(violation, lane);
        let got = got(violation, lane);
        let expected = expected(violation, lane);
        let steps = &mut self.turns[turn].steps;
        let place = match (at, expected) {
            (Some(at), Some(expected)) => {
                let LaneStep { group, opens_group, line, .. } = steps[at];
                steps[at] = LaneStep { group, opens_group, line, ..expected };
                at + 1
            }
            // The step before an unexpected frame is not broken.
            (Some(at), None) => at + 1,
            (None, expected) => {
                steps.extend(expected);
                steps.len()
            }
        };
        let group = place.checked_sub(1).and_then(|before| steps[before].group);
        let is_inside = group.is_some() && steps.get(place).is_some_and(|next| next.group == group);
        steps.insert(place, LaneStep { group: group.filter(|_| is_inside), ..got });
    }
}

impl LaneTurn {
    /// Whether a step of it plays a part in a violation.
    pub(super) fn is_marked(&self) -> bool {
        self.steps.iter().any(|step| step.part != Part::Context)
    }

    /// The step of the recording that the violation is about.
    fn find(&self, violation: &Violation, lane: usize) -> Option<usize> {
        let line = violation.place.line;
        let text = violation.expected.as_ref().map(ToString::to_string);
        let is_meant = |step: &LaneStep| match step.line {
            Some(number) => number == line,
            // A conversation that was not read from a file has no lines.
            None => step.part == Part::Context && text.as_ref() == Some(&step.text),
        };
        self.steps.iter().position(|step| step.lane == lane && is_meant(step))
    }
}

fn expected(violation: &Violation, lane: usize) -> Option<LaneStep> {
    let line = violation.place.line;
    let (direction, text, label) = match &violation.client_steps {
        Some((recorded, _)) => (Direction::Sent, action(recorded), "recorded"),
        None => (Direction::Received, violation.expected.as_ref()?.to_string(), "expected"),
    };
    let step = LaneStep::context(lane, line, direction, text);
    Some(LaneStep { part: Part::Expected(label), ..step })
}

fn got(violation: &Violation, lane: usize) -> LaneStep {
    let (direction, text, label) = match &violation.client_steps {
        Some((_, sent)) => (Direction::Sent, action(sent), "sent"),
        None => {
            let got = violation.got.as_ref().map_or(NOTHING.to_owned(), ToString::to_string);
            (Direction::Received, got, "got")
        }
    };
    let step = LaneStep::context(lane, 0, direction, text);
    LaneStep { part: Part::Got(label), notes: notes(violation), ..step }
}

const NOTHING: &str = "nothing";

fn action(client_step: &Option<ClientStep>) -> String {
    client_step.as_ref().map_or(NOTHING.to_owned(), |client_step| client_step.action.to_string())
}

/// Remarks about a broken step, beside both texts.
fn notes(violation: &Violation) -> Vec<String> {
    let mut notes = Vec::new();
    match &violation.difference {
        Some(difference) => notes.push(byte_note(difference)),
        None if !violation.kind.is_about_order() => {
            notes.extend(
                violation.contrasts().iter().filter(|it| !it.path.is_empty()).map(part_note),
            );
        }
        None => {}
    }
    match violation.more {
        0 => {}
        more => notes.push(format!("and {more} more in a row")),
    }
    notes
}

fn part_note(contrast: &Contrast) -> String {
    let Contrast { path, expected, got } = contrast;
    format!("at {path}: expected {expected}, got {got}")
}

fn byte_note(difference: &Difference) -> String {
    let Difference { path, offset, lengths: (expected, got), .. } = difference;
    let path: String = path.iter().map(|index| format!("[{index}]")).collect();
    let item = if path.is_empty() { String::new() } else { format!("{path}, ") };
    let lengths = if expected == got {
        format!(" of {expected}")
    } else {
        format!("; expected {expected} bytes, got {got}")
    };
    let (expected, got) = (visible(&difference.expected), visible(&difference.got));
    format!("at {item}byte {offset}{lengths}: …{expected}… and …{got}…")
}
