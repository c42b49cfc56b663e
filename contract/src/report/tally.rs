use super::Outcome;

/// How many cases had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
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
    /// Violations in all, but for those that are declared.
    pub violations: usize,
    /// Entries of the ledger that are not true any more.
    pub stale: usize,
}

/// What a run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was judged holds.
    Upheld,
    /// Something does not.
    Broken,
    /// Nothing was judged: that is no success.
    Nothing,
}

impl Tally {
    /// Counts one more.
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
        }
    }

    /// All cases.
    pub fn cases(&self) -> usize {
        self.held + self.broken + self.declared + self.failed + self.ignored
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        match (self.broken + self.failed + self.stale, self.held + self.declared) {
            (1.., _) => Verdict::Broken,
            (0, 0) => Verdict::Nothing,
            (0, _) => Verdict::Upheld,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_not_take_nothing_for_success() {
        let mut tally = Tally::default();
        assert_eq!(tally.verdict(), Verdict::Nothing);
        tally.count(&Outcome::Ignored("no reason".into()));
        assert_eq!(tally.verdict(), Verdict::Nothing);
        tally.count(&Outcome::Held);
        assert_eq!(tally.verdict(), Verdict::Upheld);
        tally.count(&Outcome::Failed("the server is gone".into()));
        assert_eq!(tally.verdict(), Verdict::Broken);
        assert_eq!(tally.cases(), 3);
    }

    #[test]
    fn should_not_hold_with_a_stale_ledger() {
        let declared = Outcome::Declared { violations: Vec::new(), entries: Vec::new() };
        let mut tally = Tally::default();
        tally.count(&declared);
        assert_eq!(tally.verdict(), Verdict::Upheld, "it was judged, and is as declared");
        tally.stale += 1;
        assert_eq!(tally.verdict(), Verdict::Broken);
    }
}
