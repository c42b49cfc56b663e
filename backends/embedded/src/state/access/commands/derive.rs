//! Rules for a set of commands that was made by rules nobody remembers.

use super::{Commands, sign};
use crate::catalogue::{Catalogue, Categories};

/// How a category would change what is left to say.
#[derive(Clone, Copy, Debug, Default)]
struct Gain {
    /// Commands of the category that are still to be said.
    right: usize,
    /// Commands that it would say too much.
    wrong: usize,
}

impl Gain {
    /// Worth a rule at all: more right than wrong.
    fn pays(self) -> bool {
        self.right > self.wrong
    }

    fn beats(self, other: Self) -> bool {
        (self.wrong, other.right) < (other.wrong, self.right)
    }
}

impl Commands {
    /// Categories first, always the one that says least too much, and of those the largest; then
    /// the commands, one by one, of which this is not true.
    pub(super) fn derived(&self, catalogue: &Catalogue) -> Vec<Vec<u8>> {
        // What differs from the rest is what must be said.
        let allows = !self.rest;
        let mut rules = Vec::new();
        let mut said = Self { rest: self.rest, ..Self::default() };
        let mut left = self.clone();
        let mut categories: Vec<_> = Categories::NAMES.iter().collect();
        while let Some(best) = left.best(&categories, allows, catalogue) {
            let (category, name) = categories.remove(best);
            said.set_category(*category, allows, catalogue);
            left.set_category(*category, !allows, catalogue);
            rules.push([sign(allows), b"@", name.as_bytes()].concat());
        }
        for command in catalogue.listed() {
            let allowed = self.allows(command);
            if allowed != said.allows(command) {
                said.set(command, allowed, catalogue);
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
        categories: &[&(Categories, &str)],
        allows: bool,
        catalogue: &Catalogue,
    ) -> Option<usize> {
        let mut best: Option<(usize, Gain)> = None;
        for (place, (category, _)) in categories.iter().enumerate() {
            let gain = self.gain(*category, allows, catalogue);
            if gain.pays() && best.is_none_or(|(_, best)| gain.beats(best)) {
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
