use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::content::{exact, fits};
use super::stream::{ExpectedStep, ReceivedStep};
use crate::conversation::ServerEvent;
use crate::wire::Frame;

/// The matches between expected steps and received frames, and the gaps between the matches.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// Pairs of a step's index and a frame's index. Both are ascending.
    pub(super) matched: Vec<(usize, usize)>,
    /// Steps and frames without a match, in order.
    pub(super) gaps: Vec<Gap>,
}

/// Expected steps and received frames without a match, between two neighbouring matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) expected: Range<usize>,
    pub(super) received: Range<usize>,
}

/// Matches as many steps as possible with frames in the same order.
///
/// Matching steps at both ends are paired one by one, which is enough for a server without
/// violations. Only the part between the first and the last difference is searched.
pub(super) fn align(expected: &[ExpectedStep<'_>], received: &[ReceivedStep<'_>]) -> Alignment {
    let fit = |(expected, received): &(&ExpectedStep<'_>, &ReceivedStep<'_>)| {
        fits(&expected.event, received.event)
    };
    let start = expected.iter().zip(received).take_while(fit).count();
    let tails = expected[start..].iter().rev().zip(received[start..].iter().rev());
    let tail = tails.take_while(fit).count();
    let (expected_end, received_end) = (expected.len() - tail, received.len() - tail);

    let mut matched: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    let middle = search(&expected[start..expected_end], &received[start..received_end]);
    matched.extend(middle.into_iter().map(|(e, r)| (start + e, start + r)));
    matched.extend((0..tail).map(|at| (expected_end + at, received_end + at)));

    let mut gaps = Vec::new();
    let (mut e, mut r) = (0, 0);
    for (next_e, next_r) in matched.iter().copied().chain([(expected.len(), received.len())]) {
        if e < next_e || r < next_r {
            gaps.push(Gap { expected: e..next_e, received: r..next_r });
        }
        (e, r) = (next_e + 1, next_r + 1);
    }
    Alignment { matched, gaps }
}

fn search(expected: &[ExpectedStep<'_>], received: &[ReceivedStep<'_>]) -> Vec<(usize, usize)> {
    if expected.is_empty() || received.is_empty() {
        return Vec::new();
    }
    let mut labels = Labels::default();
    let expected: Vec<usize> = expected.iter().map(|step| labels.label(&step.event)).collect();
    let received: Vec<Option<usize>> =
        received.iter().map(|received| labels.of(received.event)).collect();
    // Contents that only one side has cannot match and would only slow down the search.
    let mut on_both = vec![false; labels.count];
    received.iter().flatten().for_each(|&label| on_both[label] = true);
    let (expected_at, expected): (Vec<usize>, Vec<usize>) =
        expected.into_iter().enumerate().filter(|(_, label)| on_both[*label]).unzip();
    let (received_at, received): (Vec<usize>, Vec<usize>) =
        received.into_iter().enumerate().filter_map(|(at, label)| Some((at, label?))).unzip();
    let mut matched = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &expected, &received) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            matched.extend(
                (0..len).map(|at| (expected_at[old_index + at], received_at[new_index + at])),
            );
        }
    }
    matched
}

/// A number for each content, so that long payloads are compared only once.
#[derive(Default)]
struct Labels<'a> {
    count: usize,
    frames: HashMap<&'a Frame, usize>,
    others: Vec<(&'a ServerEvent, usize)>,
}

impl<'a> Labels<'a> {
    fn label(&mut self, event: &'a ServerEvent) -> usize {
        let next = self.count;
        let label = match exact(event) {
            Some(frame) => *self.frames.entry(frame).or_insert(next),
            None => match self.others.iter().find(|(other, _)| *other == event) {
                Some((_, label)) => *label,
                None => {
                    self.others.push((event, next));
                    next
                }
            },
        };
        self.count = self.count.max(label + 1);
        label
    }

    fn of(&self, received: &ServerEvent) -> Option<usize> {
        let same = exact(received).and_then(|frame| self.frames.get(frame).copied());
        let others = || self.others.iter().find(|(expected, _)| fits(expected, received));
        same.or_else(|| others().map(|(_, label)| *label))
    }
}
