use super::Outcome;

/// How many cases had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Promises that were kept.
    pub held: usize,
    /// Promises that were broken.
    pub broken: usize,
    /// Promises that were broken in ways that the ledger declares.
    pub declared: usize,
    /// Cases that could not be played to their end.
    pub failed: usize,
    /// Cases that were left out, each with a reason.
    pub ignored: usize,
    /// Cases that were not judged, because the run ended before them.
    pub unjudged: usize,
    /// All violations that are not declared.
    pub violations: usize,
    /// Stale entries of the ledger.
    pub stale: usize,
}

/// The verdict of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was judged holds.
    Passed,
    /// A promise was broken, a case failed, or an entry of the ledger is stale.
    Broken,
    /// Nothing was judged, or not everything, which is not a success.
    NothingJudged,
}

impl Summary {
    /// Counts an outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Held => self.held += 1,
            Outcome::Broken { violations, .. } => {
                self.broken += 1;
                self.violations += violations.len();
            }
            Outcome::Declared { .. } => self.declared += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Ignored(_) => self.ignored += 1,
            Outcome::Unjudged(_) => self.unjudged += 1,
        }
    }

    /// All cases.
    pub fn cases(&self) -> usize {
        let judged = self.held + self.broken + self.declared + self.failed;
        judged + self.ignored + self.unjudged
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        match (self.broken + self.failed + self.stale, self.held + self.declared) {
            (1.., _) => Verdict::Broken,
            _ if self.unjudged > 0 => Verdict::NothingJudged,
            (0, 0) => Verdict::NothingJudged,
            (0, _) => Verdict::Passed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_not_pass_if_nothing_was_judged() {
        let mut summary = Summary::default();
        assert_eq!(summary.verdict(), Verdict::NothingJudged);
        summary.count(&Outcome::Ignored("no reason".into()));
        assert_eq!(summary.verdict(), Verdict::NothingJudged);
        summary.count(&Outcome::Held);
        assert_eq!(summary.verdict(), Verdict::Passed);
        summary.count(&Outcome::Unjudged("the server is gone".into()));
        assert_eq!(summary.verdict(), Verdict::NothingJudged);
        summary.count(&Outcome::Failed("the server is gone".into()));
        assert_eq!(summary.verdict(), Verdict::Broken);
        assert_eq!(summary.cases(), 4);
    }

    #[test]
    fn should_not_pass_with_a_stale_ledger() {
        let declared = Outcome::Declared { violations: Vec::new(), entries: Vec::new() };
        let mut summary = Summary::default();
        summary.count(&declared);
        assert_eq!(summary.verdict(), Verdict::Passed, "a declared violation breaks no run");
        summary.stale += 1;
        assert_eq!(summary.verdict(), Verdict::Broken);
    }
}
