use std::borrow::Cow;

use super::content::fits;
use crate::conversation::{
    Conversation, Expectation, Name, ServerEvent, ServerName, ServerStep, Shape,
};
use crate::wire::Frame;

/// One step of the recording that a connection should receive.
#[derive(Clone, Debug)]
pub(super) struct ExpectedStep<'a> {
    pub(super) turn: usize,
    pub(super) server_step: &'a ServerStep,
    /// The event of the step. Within [`Expectation::AnyNames`] its name may be that of another
    /// step.
    pub(super) event: Cow<'a, ServerEvent>,
}

/// One event that a connection received in this run.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReceivedStep<'a> {
    pub(super) event: &'a ServerEvent,
}

/// Everything that a connection received, in order.
///
/// The comparison ignores the turns of received frames: in the recording of a tap, the order of one
/// client's frames and another client's requests depends on timing.
pub(super) fn received_steps<'a>(
    observed: &'a Conversation,
    name: &'a Name,
    server: &'a ServerName,
) -> Vec<ReceivedStep<'a>> {
    let event = observed.server_steps_of(name, server);
    event.map(|(_, server_step)| ReceivedStep { event: &server_step.event }).collect()
}

/// Everything that a connection should receive in the turns before `end`. The steps of an unordered
/// group are put into the order in which they were received.
pub(super) fn expected_steps<'a>(
    recording: &'a Conversation,
    name: &Name,
    server: &ServerName,
    end: usize,
    received: &[ReceivedStep<'_>],
) -> Vec<ExpectedStep<'a>> {
    let mut expected = Vec::new();
    let mut at = 0;
    for (turn, expectation) in steps(recording, server, end) {
        let server_steps =
            expectation.steps().iter().filter(|server_step| server_step.connection == *name);
        let mut steps: Vec<ExpectedStep<'a>> = server_steps
            .map(|server_step| ExpectedStep {
                turn,
                server_step,
                event: Cow::Borrowed(&server_step.event),
            })
            .collect();
        let window = &received[at.min(received.len())..];
        match expectation {
            Expectation::One(_) => {
                if let [step] = &steps[..] {
                    at += stride(&step.event, window);
                }
            }
            Expectation::AnyOrder(_) => at += arrange(&mut steps, window, fits),
            Expectation::AnyNames(_) => {
                let counts: Vec<_> = steps.iter().map(|step| count_of(&step.event)).collect();
                at += arrange(&mut steps, window, same_but_for_count);
                for (step, count) in steps.iter_mut().zip(counts) {
                    if let Some(event) = count.and_then(|count| with_count(&step.event, count)) {
                        step.event = Cow::Owned(event);
                    }
                }
            }
        }
        expected.extend(steps);
    }
    expected
}

fn steps<'a>(
    recording: &'a Conversation,
    server: &ServerName,
    end: usize,
) -> impl Iterator<Item = (usize, &'a Expectation)> {
    let turns = recording.turns.iter().enumerate().take(end);
    turns.flat_map(move |(turn, it)| it.answer_of(server).iter().map(move |step| (turn, step)))
}

/// How many frames beyond its expected position a group is searched, to allow for lost or extra
/// frames.
const SLACK: usize = 8;

/// The number of received frames up to and including that of the step, or 0 if it is missing.
fn stride(expected: &ServerEvent, received: &[ReceivedStep<'_>]) -> usize {
    let near = received.iter().take(SLACK).position(|received| fits(expected, received.event));
    near.map_or(0, |skipped| skipped + 1)
}

/// Puts the steps of a group into the order in which they were received, and returns the number of
/// frames that this took. Missing steps take the positions of frames that are not of the group.
fn arrange(
    steps: &mut Vec<ExpectedStep<'_>>,
    received: &[ReceivedStep<'_>],
    alike: impl Fn(&ServerEvent, &ServerEvent) -> bool,
) -> usize {
    let mut left = std::mem::take(steps);
    let mut places: Vec<_> = left.iter().map(|_| None).collect();
    let mut others = Vec::new();
    let mut taken = 0;
    for (at, received) in received.iter().take(left.len() + SLACK).enumerate() {
        let Some(next) = left.iter().position(|step| alike(&step.event, received.event)) else {
            continue;
        };
        taken = at + 1;
        match places.get_mut(at) {
            Some(place) => *place = Some(left.remove(next)),
            None => others.push(left.remove(next)),
        }
    }
    let mut rest = left.into_iter().chain(others);
    steps.extend(places.into_iter().filter_map(|place| place.or_else(|| rest.next())));
    taken
}

fn split_count(event: &ServerEvent) -> Option<(&[Frame], i64)> {
    match event {
        ServerEvent::Frame(Shape::Exact(Frame::Array(items) | Frame::Push(items))) => {
            match items.split_last()? {
                (Frame::Integer(count), rest) => Some((rest, *count)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn count_of(event: &ServerEvent) -> Option<i64> {
    split_count(event).map(|(_, count)| count)
}

fn same_but_for_count(expected: &ServerEvent, received: &ServerEvent) -> bool {
    match (split_count(expected), split_count(received)) {
        (Some((expected, _)), Some((received, _))) => expected == received,
        _ => fits(expected, received),
    }
}

fn with_count(event: &ServerEvent, count: i64) -> Option<ServerEvent> {
    let (rest, _) = split_count(event)?;
    let items = rest.iter().cloned().chain([Frame::Integer(count)]).collect();
    let frame = match event {
        ServerEvent::Frame(Shape::Exact(Frame::Push(_))) => Frame::Push(items),
        _ => Frame::Array(items),
    };
    Some(ServerEvent::Frame(Shape::Exact(frame)))
}
