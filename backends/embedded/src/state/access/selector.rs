//! One set of permissions, and how its rules are parsed.

use super::channels::Channels;
use super::commands::Commands;
use super::databases::Databases;
use super::keys::Keys;
use super::rule::{RuleError, is};
use crate::catalogue::Catalogue;
use crate::profile::access::AccessBehaviour;
use crate::wire::InputRules;

/// The context for parsing rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grammar<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) behaviour: &'a AccessBehaviour,
    /// How the text of a selector is split into rules.
    pub(crate) input: &'a InputRules,
    /// `acl-pubsub-default`: whether new users and selectors may use every channel.
    pub(crate) all_channels: bool,
}

/// One set of permissions. A request is allowed if one selector allows all of it.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) commands: Commands,
    pub(crate) keys: Keys,
    pub(crate) channels: Channels,
    pub(crate) databases: Databases,
}

impl Selector {
    /// A selector that allows nothing, except for every channel if `all_channels`.
    pub(super) fn new(all_channels: bool) -> Self {
        Self {
            commands: Commands::default(),
            keys: Keys::default(),
            channels: Channels::new(all_channels),
            databases: Databases::All,
        }
    }

    /// A selector that allows everything.
    pub(super) fn unrestricted() -> Self {
        let mut selector = Self::new(true);
        selector.commands.reset(true);
        selector.keys.allow_all();
        selector
    }

    pub(super) fn is_unrestricted(&self) -> bool {
        self.commands.is_all()
            && self.keys.is_all()
            && self.channels.is_all()
            && self.databases == Databases::All
    }

    /// Parses the rules in `( … )`. They are split like the words of an inline command.
    pub(super) fn parse(words: &[u8], grammar: Grammar<'_>) -> Result<Self, RuleError> {
        let mut selector = Self::new(grammar.all_channels);
        for rule in crate::wire::split_words(words, grammar.input) {
            selector.apply(&rule, grammar)?;
        }
        Ok(selector)
    }

    pub(super) fn apply(&mut self, rule: &[u8], grammar: Grammar<'_>) -> Result<(), RuleError> {
        let any = |words: [&str; 2]| words.into_iter().any(|word| is(rule, word));
        let by_use = grammar.behaviour.selectors;
        if grammar.behaviour.databases
            && let Some(databases) = Databases::parse(rule)
        {
            self.databases = databases?;
        } else if any(["allkeys", "~*"]) {
            self.keys.allow_all();
        } else if is(rule, "resetkeys") {
            self.keys.reset();
        } else if any(["allchannels", "&*"]) {
            self.channels = Channels::new(true);
        } else if is(rule, "resetchannels") {
            self.channels = Channels::new(false);
        } else if is(rule, "allcommands") {
            self.commands.reset(true);
        } else if is(rule, "nocommands") {
            self.commands.reset(false);
        } else {
            match rule.first() {
                Some(b'~' | b'%') => self.keys.allow(rule, by_use)?,
                Some(b'&') => self.channels.allow(&rule[1..])?,
                Some(b'+' | b'-') => self.commands.apply(rule, grammar.catalogue, by_use)?,
                _ => return Err(RuleError::Syntax),
            }
        }
        Ok(())
    }

    /// The rules, as `ACL LIST` shows them.
    pub(crate) fn rules(&self, grammar: Grammar<'_>) -> Vec<u8> {
        let Grammar { catalogue, behaviour, .. } = grammar;
        let mut rules = self.keys.rules();
        if !self.channels.is_all() {
            rules.push(b"resetchannels".to_vec());
        }
        rules.extend(self.channels.rules());
        if behaviour.databases && self.databases != Databases::All {
            rules.push(match self.databases.rule() {
                none if none.is_empty() => b"resetdbs".to_vec(),
                some => some.into_bytes(),
            });
        }
        rules.push(self.commands.rules(catalogue, behaviour.shows_rules_as_given));
        rules.join(&b' ')
    }
}
