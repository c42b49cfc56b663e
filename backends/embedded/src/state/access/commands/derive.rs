//! Derives rules from a set of commands, for versions that do not remember the rules themselves.

use super::{Commands, sign};
use crate::catalogue::{Catalogue, Categories};

/// The effect of a rule for a category.
#[derive(Clone, Copy, Debug, Default)]
struct Gain {
    /// Commands of the category that need a rule.
    right: usize,
    /// Commands of the category that would then need a rule against it.
    wrong: usize,
}

impl Gain {
    /// Whether the rule is worthwhile: more commands right than wrong.
    fn is_worthwhile(self) -> bool {
        self.right > self.wrong
    }

    fn beats(self, other: Self) -> bool {
        (self.wrong, other.right) < (other.wrong, self.right)
    }
}

impl Commands {
    /// Derives rules for categories first. Each is the category with the fewest wrong commands, and
    /// of these the one with the most right ones. Rules for single commands correct the rest.
    pub(super) fn derived(&self, catalogue: &Catalogue) -> Vec<Vec<u8>> {
        // Only commands that differ from the rest need rules.
        let allows = !self.rest;
        let mut rules = Vec::new();
        let mut covered = Self { rest: self.rest, ..Self::default() };
        let mut left = self.clone();
        let mut categories: Vec<_> = catalogue.categories().each().collect();
        while let Some(best) = left.best(&categories, allows, catalogue) {
            let (category, name) = categories.remove(best);
            covered.set_category(category, allows, catalogue);
            left.set_category(category, !allows, catalogue);
            rules.push([sign(allows), b"@", name.as_bytes()].concat());
        }
        for command in catalogue.listed() {
            let allowed = self.allows(command);
            if allowed != covered.allows(command) {
                covered.set(command, allowed, catalogue);
                rules.push([sign(allowed), command.name.as_bytes()].concat());
            }
            let words = self.first_words.get(&command.place).filter(|_| !allowed);
            for word in words.into_iter().flatten() {
                rules.push([b"+", command.name.as_bytes(), b"|", word].concat());
            }
        }
        rules
    }

    fn best(
        &self,
        categories: &[(Categories, &str)],
        allows: bool,
        catalogue: &Catalogue,
    ) -> Option<usize> {
        let mut best: Option<(usize, Gain)> = None;
        for (place, (category, _)) in categories.iter().enumerate() {
            let gain = self.gain(*category, allows, catalogue);
            if gain.is_worthwhile() && best.is_none_or(|(_, best)| gain.beats(best)) {
                best = Some((place, gain));
            }
        }
        best.map(|(place, _)| place)
    }

    fn gain(&self, category: Categories, allows: bool, catalogue: &Catalogue) -> Gain {
        let members = catalogue.listed().filter(|command| command.categories().contains(category));
        members.fold(Gain::default(), |gain, command| match self.allows(command) == allows {
            true => Gain { right: gain.right + 1, ..gain },
            false => Gain { wrong: gain.wrong + 1, ..gain },
        })
    }
}
