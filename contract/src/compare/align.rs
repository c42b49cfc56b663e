use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::content::{exact, fits};
use super::stream::{Came, Owed};
use crate::conversation::ServerEvent;
use crate::wire::Frame;

/// Which steps found their frames, and what lies between.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// Index of the step, index of the frame; both rise.
    pub(super) matched: Vec<(usize, usize)>,
    /// Steps and frames between matches that found none, in order.
    pub(super) gaps: Vec<Gap>,
}

/// A run of steps that did not come beside a run of frames that were not owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) owed: Range<usize>,
    pub(super) came: Range<usize>,
}

/// Matches as many steps as can be with frames in the same order.
///
/// Both ends are matched one by one, which is all there is to do on a server that keeps its
/// promises; only what lies between the first and the last departure costs a search.
pub(super) fn align(owed: &[Owed<'_>], came: &[Came<'_>]) -> Alignment {
    let fit = |(owed, came): &(&Owed<'_>, &Came<'_>)| fits(&owed.event, came.event);
    let start = owed.iter().zip(came).take_while(fit).count();
    let tails = owed[start..].iter().rev().zip(came[start..].iter().rev());
    let tail = tails.take_while(fit).count();
    let (owed_end, came_end) = (owed.len() - tail, came.len() - tail);

    let mut matched: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    let middle = search(&owed[start..owed_end], &came[start..came_end]);
    matched.extend(middle.into_iter().map(|(o, c)| (start + o, start + c)));
    matched.extend((0..tail).map(|at| (owed_end + at, came_end + at)));

    let mut gaps = Vec::new();
    let (mut o, mut c) = (0, 0);
    for (next_o, next_c) in matched.iter().copied().chain([(owed.len(), came.len())]) {
        if o < next_o || c < next_c {
            gaps.push(Gap { owed: o..next_o, came: c..next_c });
        }
        (o, c) = (next_o + 1, next_c + 1);
    }
    Alignment { matched, gaps }
}

fn search(owed: &[Owed<'_>], came: &[Came<'_>]) -> Vec<(usize, usize)> {
    if owed.is_empty() || came.is_empty() {
        return Vec::new();
    }
    let mut labels = Labels::default();
    let owed: Vec<usize> = owed.iter().map(|step| labels.label(&step.event)).collect();
    let came: Vec<Option<usize>> = came.iter().map(|came| labels.of(came.event)).collect();
    // What one side has alone matches nothing and would only slow the search down.
    let mut on_both = vec![false; labels.count];
    came.iter().flatten().for_each(|&label| on_both[label] = true);
    let (owed_at, owed): (Vec<usize>, Vec<usize>) =
        owed.into_iter().enumerate().filter(|(_, label)| on_both[*label]).unzip();
    let (came_at, came): (Vec<usize>, Vec<usize>) =
        came.into_iter().enumerate().filter_map(|(at, label)| Some((at, label?))).unzip();
    let mut matched = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &owed, &came) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            matched.extend((0..len).map(|at| (owed_at[old_index + at], came_at[new_index + at])));
        }
    }
    matched
}

/// Numbers for contents, so that long payloads are compared once.
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

    fn of(&self, came: &ServerEvent) -> Option<usize> {
        let same = exact(came).and_then(|frame| self.frames.get(frame).copied());
        let others = || self.others.iter().find(|(owed, _)| fits(owed, came));
        same.or_else(|| others().map(|(_, label)| *label))
    }
}
