use std::collections::{BTreeSet, HashSet};

use super::align::{Alignment, Gap};
use super::content::difference;
use super::pair::{pair, spoilt};
use super::role::Role;
use super::stream::{Came, Owed};
use super::uninvited::uninvited;
use super::{Kind, Violation};
use crate::conversation::{ClientStep, Name, Place, ServerEvent};

/// One connection: what it is owed, what came, and what became of the difference.
pub(super) struct Judge<'a> {
    pub(super) title: &'a str,
    pub(super) name: &'a Name,
    /// What the recording has the client say, with the turn.
    pub(super) client_steps: Vec<(usize, &'a ClientStep)>,
    pub(super) owed: &'a [Owed<'a>],
    pub(super) came: &'a [Came<'a>],
    /// Whether the clients left the recording before its end, so that frames behind the last step
    /// prove nothing.
    pub(super) is_cut: bool,
    /// Whether the client itself ended this connection in this run.
    pub(super) client_left: bool,
}

/// Steps and frames that are not accounted for yet.
pub(super) struct Rest {
    pub(super) owed: BTreeSet<usize>,
    pub(super) came: BTreeSet<usize>,
}

impl<'a> Judge<'a> {
    /// From the most telling to the least: frames in the wrong order, an end that swallowed
    /// everything behind it, then gap by gap what was spoilt, lost or uninvited.
    pub(super) fn violations(&self, alignment: &Alignment) -> Vec<Violation> {
        let mut rest = Rest {
            owed: alignment.gaps.iter().flat_map(|gap| gap.owed.clone()).collect(),
            came: alignment.gaps.iter().flat_map(|gap| gap.came.clone()).collect(),
        };
        let mut found = self.find_moved(alignment, &mut rest);
        found.extend(self.find_early_end(alignment, &mut rest));
        if self.is_cut {
            let behind = alignment.matched.last().map_or(0, |&(_, came)| came + 1);
            rest.came.split_off(&behind);
        }
        found.extend(self.judge_gaps(&alignment.gaps, &rest));
        found
    }

    fn judge_gaps(&self, gaps: &[Gap], rest: &Rest) -> Vec<Violation> {
        let why = uninvited(self.came, &rest.came);
        let all: HashSet<&ServerEvent> = match rest.came.is_empty() {
            true => HashSet::new(),
            false => self.owed.iter().map(|owed| &*owed.event).collect(),
        };
        let mut found = Vec::new();
        for gap in gaps {
            let owed: Vec<usize> = rest.owed.range(gap.owed.clone()).copied().collect();
            let came: Vec<usize> = rest.came.range(gap.came.clone()).copied().collect();
            let pairs = pair(&owed, &came, |step, frame| {
                let came = self.came[frame].event;
                spoilt(&self.owed[step].event, came, all.contains(came))
            });
            let mut run: Vec<Violation> = Vec::new();
            let (mut owed, mut came) = (owed.into_iter().peekable(), came.into_iter().peekable());
            let end = (usize::MAX, usize::MAX, None);
            for (step, frame, kind) in
                pairs.into_iter().map(|(s, f, k)| (s, f, Some(k))).chain([end])
            {
                while let Some(missing) = owed.next_if(|&at| at < step) {
                    let kind = missed(&self.owed[missing].event);
                    extend(&mut run, self.violation(kind, Some(missing), None));
                }
                while let Some(extra) = came.next_if(|&at| at < frame) {
                    let kind = why.get(&extra).copied().unwrap_or(Kind::Unexpected);
                    extend(&mut run, self.intrusion(kind, gap.owed.start, extra));
                }
                if let Some(kind) = kind {
                    owed.next();
                    came.next();
                    let got = Some(self.came[frame].event);
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

    /// An uninvited frame has no step of its own: it stands behind the one before it, or behind the
    /// first thing that was said.
    pub(super) fn intrusion(&self, kind: Kind, next_step: usize, frame: usize) -> Violation {
        let mut violation = self.violation(kind, None, Some(self.came[frame].event));
        if let Some(before) = next_step.checked_sub(1).and_then(|before| self.owed.get(before)) {
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
        kind: Kind,
        step: Option<usize>,
        got: Option<&ServerEvent>,
    ) -> Violation {
        let owed = step.and_then(|step| self.owed.get(step));
        let parts = owed.zip(got).filter(|_| !kind.is_about_order());
        Violation {
            kind,
            title: self.title.to_owned(),
            connection: self.name.clone(),
            place: owed.map_or_else(Place::default, |owed| owed.server_step.place.clone()),
            turn: owed.map_or(0, |owed| owed.turn),
            after: owed.and_then(|owed| self.client_step_before(owed.turn)).cloned(),
            expected: owed.map(|owed| owed.event.clone().into_owned()),
            got: got.cloned(),
            client_steps: None,
            difference: parts.and_then(|(owed, got)| difference(&owed.event, got)),
            more: 0,
        }
    }
}

fn missed(owed: &ServerEvent) -> Kind {
    match Role::of(owed) {
        Role::Message { .. } => Kind::Dropped,
        Role::Confirmation { .. } => Kind::MissingConfirmation,
        Role::End => Kind::StillOpen,
        Role::Answer => Kind::Missing,
    }
}

/// Neighbours that say the same become one.
fn extend(run: &mut Vec<Violation>, violation: Violation) {
    match run.last_mut() {
        Some(last) if last.kind == violation.kind && violation.kind.comes_in_runs() => {
            last.more += 1
        }
        _ => run.push(violation),
    }
}
