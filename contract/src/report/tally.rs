use super::Outcome;

/// How many cases had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Promises that were kept.
    pub held: usize,
    /// Promises that were broken.
    pub broken: usize,
    /// Cases that could not be played to their end.
    pub failed: usize,
    /// Cases that were left out, each with a reason.
    pub ignored: usize,
    /// Violations in all.
    pub violations: usize,
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
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Ignored(_) => self.ignored += 1,
        }
    }

    /// All cases.
    pub fn cases(&self) -> usize {
        self.held + self.broken + self.failed + self.ignored
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        match (self.broken + self.failed, self.held) {
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
}
