//! The commands of a selector.

mod derive;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::rule::{RuleError, is};
use crate::catalogue::{Catalogue, Categories, Command};
use crate::wire::Args;

/// The commands that a user may run.
///
/// A new set allows none. `+@all` and `-@all` reset it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    /// `+@all` was given, and no later rule forbade a command.
    all: bool,
    /// Whether commands are allowed that no rule since the last reset covers.
    rest: bool,
    /// Whether commands are allowed that such a rule covers, by [`Command::place`].
    changed: Vec<Option<bool>>,
    /// Commands that are allowed only with one of these words as their first argument.
    first_words: BTreeMap<usize, Vec<Box<[u8]>>>,
    /// The rules as they were given, without those that a later rule replaced.
    remembered: Vec<Remembered>,
}

#[derive(Clone, Debug)]
struct Remembered {
    allows: bool,
    /// In lower case: a command, a subcommand, or a category with its `@`.
    about: Vec<u8>,
}

impl Commands {
    /// Applies `+@all` or `-@all`.
    pub(super) fn reset(&mut self, allow: bool) {
        *self = Self { all: allow, rest: allow, ..Self::default() };
    }

    pub(crate) fn is_all(&self) -> bool {
        self.all
    }

    /// Applies a rule `+…` or `-…`.
    pub(super) fn apply(
        &mut self,
        rule: &[u8],
        catalogue: &Catalogue,
        by_subcommand: bool,
    ) -> Result<(), RuleError> {
        let allow = rule[0] == b'+';
        let about = &rule[1..];
        if is(about, "@all") {
            self.reset(allow);
        } else if let [b'@', category @ ..] = about {
            let category = catalogue.category(category).ok_or(RuleError::UnknownCommand)?;
            self.set_category(category, allow, catalogue);
            self.remember(about, allow);
        } else if let Some(command) = catalogue.find_listed(about) {
            self.set(command, allow, catalogue);
            self.remember(about, allow);
        } else if allow && about.contains(&b'|') {
            self.allow_first_word(about, catalogue, by_subcommand)?;
            self.remember(about, allow);
        } else {
            return Err(RuleError::UnknownCommand);
        }
        Ok(())
    }

    /// Applies `+select|0`, where the word is not a subcommand, but a required first argument.
    fn allow_first_word(
        &mut self,
        about: &[u8],
        catalogue: &Catalogue,
        by_subcommand: bool,
    ) -> Result<(), RuleError> {
        let bar = |byte: &u8| *byte == b'|';
        let place = match by_subcommand {
            true => about.iter().rposition(bar),
            false => about.iter().position(bar),
        };
        let (name, word) = about.split_at(place.unwrap_or_default());
        let word = &word[1..];
        let command = catalogue.find_listed(name).ok_or(RuleError::UnknownCommand)?;
        if command.is_subcommand() {
            return Err(RuleError::FirstArgumentOfSubcommand);
        }
        if word.is_empty() {
            return Err(RuleError::Syntax);
        }
        if catalogue.listed_subcommands(command).next().is_some() {
            return Err(RuleError::UnknownCommand);
        }
        let words = self.first_words.entry(command.place).or_default();
        if !words.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            words.push(word.into());
        }
        Ok(())
    }

    /// Allows or forbids a command with all its subcommands.
    fn set(&mut self, command: &Command, allow: bool, catalogue: &Catalogue) {
        for Command { place, .. } in catalogue.with_subcommands(command) {
            if self.changed.len() <= *place {
                self.changed.resize(place + 1, None);
            }
            self.changed[*place] = Some(allow);
            self.first_words.remove(place);
        }
        self.all &= allow;
    }

    fn set_category(&mut self, category: Categories, allow: bool, catalogue: &Catalogue) {
        for command in catalogue.listed() {
            if command.categories().contains(category) {
                self.set(command, allow, catalogue);
            }
        }
    }

    /// Remembers a rule. It replaces earlier rules for the same command and its subcommands.
    fn remember(&mut self, about: &[u8], allows: bool) {
        let about = about.to_ascii_lowercase();
        self.remembered.retain(|known| {
            let rest = known.about.strip_prefix(&about[..]);
            !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"|"))
        });
        self.remembered.push(Remembered { allows, about });
    }

    /// Whether the command is allowed with any arguments.
    fn allows(&self, command: &Command) -> bool {
        self.changed.get(command.place).copied().flatten().unwrap_or(self.rest)
    }

    pub(super) fn permit(&self, command: &Command, args: Args<'_>) -> bool {
        if self.allows(command) {
            return true;
        }
        let words = self.first_words.get(&command.place);
        let first = args.get(1);
        words
            .zip(first)
            .is_some_and(|(words, first)| words.iter().any(|word| word.eq_ignore_ascii_case(first)))
    }

    /// The rules: `-@all +get +@pubsub`. Old versions do not remember the rules as they were given,
    /// but derive equivalent ones.
    pub(crate) fn rules(&self, catalogue: &Catalogue, remembers: bool) -> Vec<u8> {
        let mut rules = vec![if self.rest { b"+@all".to_vec() } else { b"-@all".to_vec() }];
        if remembers {
            let rule = |rule: &Remembered| [sign(rule.allows), &rule.about].concat();
            rules.extend(self.remembered.iter().map(rule));
        } else {
            rules.extend(self.derived(catalogue));
        }
        rules.join(&b' ')
    }
}

fn sign(allows: bool) -> &'static [u8] {
    if allows { b"+" } else { b"-" }
}
