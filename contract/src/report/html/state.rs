use std::time::Duration;

use maud::Markup;

use super::violations;
use crate::conversation::ServerName;
use crate::ledger::StaleEntry;
use crate::report::case::{kinds, reasons};
use crate::report::{Case, Event, Outcome, Run, Summary};

/// The part of a run that is known so far.
#[derive(Debug)]
pub(super) struct State {
    pub(super) run: Run,
    pub(super) summary: Summary,
    /// The cases that were judged, in their order.
    pub(super) judged: Vec<Judged>,
    /// The violations, drawn once.
    pub(super) broken: Vec<Markup>,
    pub(super) stale: Vec<StaleEntry>,
    /// How long the run took, once it is over.
    pub(super) took: Option<Duration>,
}

/// A case that was judged.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) case: Case,
    /// The word for its outcome, which filters and styles use too.
    pub(super) kind: &'static str,
    /// Why it did not hold.
    pub(super) why: String,
    pub(super) took: Duration,
}

impl Default for State {
    fn default() -> Self {
        let run = Run {
            backend: String::new(),
            server: String::new(),
            about: None,
            profile: ServerName::default(),
            corpus: None,
            cases: Vec::new(),
        };
        let (judged, broken, stale) = (Vec::new(), Vec::new(), Vec::new());
        Self { run, summary: Summary::default(), judged, broken, stale, took: None }
    }
}

impl State {
    pub(super) fn update(&mut self, event: &Event<'_>) {
        match event {
            Event::RunStarted(run) => self.run = (*run).clone(),
            Event::CaseStarted(_) => {}
            Event::CaseFinished(case, outcome, took) => {
                self.summary.count(outcome);
                self.broken.extend(violations::article(case, outcome, &self.run.profile));
                let (kind, why) = describe(outcome);
                self.judged.push(Judged { case: (*case).clone(), kind, why, took: *took });
            }
            Event::StaleEntry(stale) => {
                self.summary.stale += 1;
                self.stale.push((*stale).clone());
            }
            Event::RunFinished(summary, took) => {
                self.summary = **summary;
                self.took = Some(*took);
            }
        }
    }

    /// The cases that are still to be judged.
    pub(super) fn pending(&self) -> &[Case] {
        self.run.cases.get(self.judged.len()..).unwrap_or_default()
    }

    /// How many cases were not judged: the run did not reach them, or has not yet.
    pub(super) fn unjudged(&self) -> usize {
        self.summary.unjudged + self.pending().len()
    }
}

fn describe(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Held => ("held", String::new()),
        Outcome::Broken { violations, .. } => ("broken", kinds(violations)),
        Outcome::Declared { entries, .. } => ("declared", reasons(entries)),
        Outcome::Failed(reason) => ("failed", reason.clone()),
        Outcome::Ignored(reason) => ("ignored", reason.clone()),
        Outcome::Unjudged(reason) => ("unjudged", reason.clone()),
    }
}
