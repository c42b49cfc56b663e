use std::collections::{BTreeSet, HashSet};

use super::align::{Alignment, Gap};
use super::content::difference;
use super::frame_kind::FrameKind;
use super::pair::{mismatch, pair};
use super::stream::{ExpectedStep, ReceivedStep};
use super::unexpected::classify_unexpected;
use super::{Violation, ViolationKind};
use crate::conversation::{ClientStep, Name, Place, ServerEvent};

/// Finds the violations on one connection: its expected steps, compared with its received frames.
pub(super) struct Judge<'a> {
    pub(super) title: &'a str,
    pub(super) name: &'a Name,
    /// The client's steps in the recording, each with its turn.
    pub(super) client_steps: Vec<(usize, &'a ClientStep)>,
    pub(super) expected: &'a [ExpectedStep<'a>],
    pub(super) received: &'a [ReceivedStep<'a>],
    /// Whether the clients differ from the recording before its end, so that frames after the last
    /// match prove nothing.
    pub(super) clients_diverged: bool,
    /// Whether the client ended this connection in this run.
    pub(super) client_closed: bool,
}

/// The indices of unmatched steps and frames that no violation explains yet.
pub(super) struct Unmatched {
    pub(super) expected: BTreeSet<usize>,
    pub(super) received: BTreeSet<usize>,
}

impl<'a> Judge<'a> {
    /// Finds the violations, with the most specific explanations first: frames in the wrong order,
    /// then frames lost by an early end, then altered, missing and unexpected frames, gap by gap.
    pub(super) fn violations(&self, alignment: &Alignment) -> Vec<Violation> {
        let mut unmatched = Unmatched {
            expected: alignment.gaps.iter().flat_map(|gap| gap.expected.clone()).collect(),
            received: alignment.gaps.iter().flat_map(|gap| gap.received.clone()).collect(),
        };
        let mut found = self.find_reordered(alignment, &mut unmatched);
        found.extend(self.find_early_end(alignment, &mut unmatched));
        if self.clients_diverged {
            let after_last = alignment.matched.last().map_or(0, |&(_, received)| received + 1);
            unmatched.received.split_off(&after_last);
        }
        found.extend(self.judge_gaps(&alignment.gaps, &unmatched));
        found
    }

    fn judge_gaps(&self, gaps: &[Gap], unmatched: &Unmatched) -> Vec<Violation> {
        let unexpected_kinds = classify_unexpected(self.received, &unmatched.received);
        let expected_events: HashSet<&ServerEvent> = match unmatched.received.is_empty() {
            true => HashSet::new(),
            false => self.expected.iter().map(|expected| &*expected.event).collect(),
        };
        let mut found = Vec::new();
        for gap in gaps {
            let expected: Vec<usize> =
                unmatched.expected.range(gap.expected.clone()).copied().collect();
            let received: Vec<usize> =
                unmatched.received.range(gap.received.clone()).copied().collect();
            let pairs = pair(&expected, &received, |step, frame| {
                let received = self.received[frame].event;
                mismatch(&self.expected[step].event, received, expected_events.contains(received))
            });
            let mut run: Vec<Violation> = Vec::new();
            let (mut expected, mut received) =
                (expected.into_iter().peekable(), received.into_iter().peekable());
            let end = (usize::MAX, usize::MAX, None);
            for (step, frame, kind) in
                pairs.into_iter().map(|(s, f, k)| (s, f, Some(k))).chain([end])
            {
                while let Some(missing) = expected.next_if(|&at| at < step) {
                    let kind = missing_kind(&self.expected[missing].event);
                    extend(&mut run, self.violation(kind, Some(missing), None));
                }
                while let Some(extra) = received.next_if(|&at| at < frame) {
                    let kind =
                        unexpected_kinds.get(&extra).copied().unwrap_or(ViolationKind::Unexpected);
                    extend(&mut run, self.unexpected_frame(kind, gap.expected.start, extra));
                }
                if let Some(kind) = kind {
                    expected.next();
                    received.next();
                    let got = Some(self.received[frame].event);
                    extend(&mut run, self.violation(kind, Some(step), got));
                }
            }
            found.append(&mut run);
        }
        found
    }

    pub(super) fn client_step_before(&self, turn: usize) -> Option<&'a ClientStep> {
        let after = self.client_steps.partition_point(|(at, _)| *at <= turn);
        after.checked_sub(1).map(|last| self.client_steps[last].1)
    }

    /// The violation for an unexpected frame. Such a frame has no step in the recording, so its
    /// place is that of the step before it, or of the client's first step.
    pub(super) fn unexpected_frame(
        &self,
        kind: ViolationKind,
        next_step: usize,
        frame: usize,
    ) -> Violation {
        let mut violation = self.violation(kind, None, Some(self.received[frame].event));
        if let Some(before) = next_step.checked_sub(1).and_then(|before| self.expected.get(before))
        {
            violation.turn = before.turn;
            violation.place = before.server_step.place.clone();
            violation.after = self.client_step_before(before.turn).cloned();
        } else if let Some((turn, client_step)) = self.client_steps.first() {
            violation.turn = *turn;
            violation.place = client_step.place.clone();
            violation.after = Some((*client_step).clone());
        }
        violation
    }

    pub(super) fn violation(
        &self,
        kind: ViolationKind,
        step: Option<usize>,
        got: Option<&ServerEvent>,
    ) -> Violation {
        let expected = step.and_then(|step| self.expected.get(step));
        let parts = expected.zip(got).filter(|_| !kind.is_about_order());
        Violation {
            kind,
            title: self.title.to_owned(),
            connection: self.name.clone(),
            place: expected
                .map_or_else(Place::default, |expected| expected.server_step.place.clone()),
            turn: expected.map_or(0, |expected| expected.turn),
            after: expected.and_then(|expected| self.client_step_before(expected.turn)).cloned(),
            expected: expected.map(|expected| expected.event.clone().into_owned()),
            got: got.cloned(),
            client_steps: None,
            difference: parts.and_then(|(expected, got)| difference(&expected.event, got)),
            more: 0,
        }
    }
}

fn missing_kind(expected: &ServerEvent) -> ViolationKind {
    match FrameKind::of(expected) {
        FrameKind::Message { .. } => ViolationKind::Dropped,
        FrameKind::Confirmation { .. } => ViolationKind::MissingConfirmation,
        FrameKind::End => ViolationKind::StillOpen,
        FrameKind::Answer => ViolationKind::Missing,
    }
}

/// Adds a violation to a run. Adjacent violations of the same kind become one.
fn extend(run: &mut Vec<Violation>, violation: Violation) {
    match run.last_mut() {
        Some(last) if last.kind == violation.kind && violation.kind.is_reported_in_runs() => {
            last.more += 1
        }
        _ => run.push(violation),
    }
}
