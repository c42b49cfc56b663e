use std::borrow::Cow;

use super::content::fits;
use crate::conversation::{Conversation, Expect, Hear, Heard, Name, ServerName, Shape};
use crate::wire::Frame;

/// One step that a connection is owed.
#[derive(Clone, Debug)]
pub(super) struct Owed<'a> {
    pub(super) turn: usize,
    pub(super) hear: &'a Hear,
    /// The step's own, but for the names of [`Expect::AnyNames`].
    pub(super) heard: Cow<'a, Heard>,
}

/// One step that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came<'a> {
    pub(super) heard: &'a Heard,
}

/// All that came on a connection, in order.
///
/// Turns play no part in the comparison: through a tap, what one client hears and what another says
/// meet in an order of chance.
pub(super) fn came<'a>(
    observed: &'a Conversation,
    name: &'a Name,
    server: &'a ServerName,
) -> Vec<Came<'a>> {
    let heard = observed.heard_by(name, server);
    heard.map(|(_, hear)| Came { heard: &hear.heard }).collect()
}

/// All that a connection is owed in turns before `end`, groups put into the order in which their
/// steps came.
pub(super) fn owed<'a>(
    expected: &'a Conversation,
    name: &Name,
    server: &ServerName,
    end: usize,
    came: &[Came<'_>],
) -> Vec<Owed<'a>> {
    let mut owed = Vec::new();
    let mut at = 0;
    for (turn, expect) in steps(expected, server, end) {
        let hears = expect.hears().iter().filter(|hear| hear.connection == *name);
        let mut steps: Vec<Owed<'a>> =
            hears.map(|hear| Owed { turn, hear, heard: Cow::Borrowed(&hear.heard) }).collect();
        let window = &came[at.min(came.len())..];
        match expect {
            Expect::One(_) => {
                if let [step] = &steps[..] {
                    at += stride(&step.heard, window);
                }
            }
            Expect::AnyOrder(_) => at += arrange(&mut steps, window, fits),
            Expect::AnyNames(_) => {
                let counts: Vec<_> = steps.iter().map(|step| count_of(&step.heard)).collect();
                at += arrange(&mut steps, window, same_but_for_count);
                for (step, count) in steps.iter_mut().zip(counts) {
                    if let Some(heard) = count.and_then(|count| with_count(&step.heard, count)) {
                        step.heard = Cow::Owned(heard);
                    }
                }
            }
        }
        owed.extend(steps);
    }
    owed
}

fn steps<'a>(
    expected: &'a Conversation,
    server: &ServerName,
    end: usize,
) -> impl Iterator<Item = (usize, &'a Expect)> {
    let turns = expected.turns.iter().enumerate().take(end);
    turns.flat_map(move |(turn, it)| it.answer_of(server).iter().map(move |step| (turn, step)))
}

/// How far groups are looked for beyond where they should be: some frames lost or too many.
const SLACK: usize = 8;

/// How many frames one step takes: none where it is missing and the next frame is not its own.
fn stride(owed: &Heard, came: &[Came<'_>]) -> usize {
    let near = came.iter().take(SLACK).position(|came| fits(owed, came.heard));
    near.map_or(0, |skipped| skipped + 1)
}

/// Puts the steps of a group into the order in which they came, and says how many frames that took.
/// Those that did not come stand where frames came that are not of the group.
fn arrange(
    steps: &mut Vec<Owed<'_>>,
    came: &[Came<'_>],
    alike: impl Fn(&Heard, &Heard) -> bool,
) -> usize {
    let mut left = std::mem::take(steps);
    let mut places: Vec<_> = left.iter().map(|_| None).collect();
    let mut others = Vec::new();
    let mut taken = 0;
    for (at, came) in came.iter().take(left.len() + SLACK).enumerate() {
        let Some(next) = left.iter().position(|step| alike(&step.heard, came.heard)) else {
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

fn parts(heard: &Heard) -> Option<(&[Frame], i64)> {
    match heard {
        Heard::Frame(Shape::Exact(Frame::Array(items) | Frame::Push(items))) => {
            match items.split_last()? {
                (Frame::Integer(count), rest) => Some((rest, *count)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn count_of(heard: &Heard) -> Option<i64> {
    parts(heard).map(|(_, count)| count)
}

fn same_but_for_count(owed: &Heard, came: &Heard) -> bool {
    match (parts(owed), parts(came)) {
        (Some((owed, _)), Some((came, _))) => owed == came,
        _ => fits(owed, came),
    }
}

fn with_count(heard: &Heard, count: i64) -> Option<Heard> {
    let (rest, _) = parts(heard)?;
    let items = rest.iter().cloned().chain([Frame::Integer(count)]).collect();
    let frame = match heard {
        Heard::Frame(Shape::Exact(Frame::Push(_))) => Frame::Push(items),
        _ => Frame::Array(items),
    };
    Some(Heard::Frame(Shape::Exact(frame)))
}
