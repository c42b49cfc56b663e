//! One user: passwords, flags and selectors.

use super::channels::{Channels, cover, permit_all};
use super::password::Password;
use super::rule::{RuleError, is};
use super::selector::{Grammar, Selector};
use crate::catalogue::KeyAccess;
use crate::profile::Behaviour;
use crate::profile::access::SanitizeFlag;
use crate::state::session::Subscriptions;

/// A user of `ACL`.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: Box<[u8]>,
    /// Whether clients can log in. Disabling a user does not log out its clients.
    pub(crate) enabled: bool,
    /// Any password is accepted: `nopass`.
    pub(crate) nopass: bool,
    pub(crate) passwords: Vec<Password>,
    /// Whether `RESTORE` checks its payload, if a rule set this. The server only shows it.
    sanitizes: Option<bool>,
    pub(crate) root: Selector,
    /// Further selectors. A request needs the permission of one selector only.
    pub(crate) selectors: Vec<Selector>,
    /// Whether the root selector allows everything, so that requests need no check.
    pub(super) is_unrestricted: bool,
}

impl User {
    /// A new user: disabled, and without any permission.
    pub(super) fn new(name: &[u8], grammar: Grammar<'_>) -> Self {
        Self {
            name: name.into(),
            enabled: false,
            nopass: false,
            passwords: Vec::new(),
            sanitizes: grammar.behaviour.initial_sanitize_flag(),
            root: Selector::new(grammar.all_channels),
            selectors: Vec::new(),
            is_unrestricted: false,
        }
    }

    /// The user of every new connection.
    pub(super) fn default_user(sanitizes: Option<bool>) -> Self {
        Self {
            name: (*b"default").into(),
            enabled: true,
            nopass: true,
            passwords: Vec::new(),
            sanitizes,
            root: Selector::unrestricted(),
            selectors: Vec::new(),
            is_unrestricted: true,
        }
    }

    /// Applies one rule of `ACL SETUSER`. An empty rule changes nothing.
    pub(super) fn apply(&mut self, rule: &[u8], grammar: Grammar<'_>) -> Result<(), RuleError> {
        let selectors = grammar.behaviour.selectors;
        match rule {
            [] => {}
            rule if is(rule, "on") => self.enabled = true,
            rule if is(rule, "off") => self.enabled = false,
            rule if is(rule, "nopass") => {
                self.nopass = true;
                self.passwords.clear();
            }
            rule if is(rule, "resetpass") => self.reset_passwords(),
            rule if is(rule, "sanitize-payload") => self.sanitizes = Some(true),
            rule if is(rule, "skip-sanitize-payload") => self.sanitizes = Some(false),
            rule if is(rule, "reset") => {
                *self = Self {
                    sanitizes: Some(true),
                    ..Self::new(&std::mem::take(&mut self.name), grammar)
                };
            }
            rule if is(rule, "clearselectors") && selectors => self.selectors.clear(),
            [b'>', secret @ ..] => self.add(Password::of(secret)),
            [b'#', hash @ ..] => self.add(Password::from_hash(hash)?),
            [b'<', secret @ ..] => self.remove(&Password::of(secret))?,
            [b'!', hash @ ..] => self.remove(&Password::from_hash(hash)?)?,
            [b'(', words @ .., b')'] if selectors => {
                self.selectors.push(Selector::parse(words, grammar)?);
            }
            rule => self.root.apply(rule, grammar)?,
        }
        Ok(())
    }

    fn reset_passwords(&mut self) {
        self.nopass = false;
        self.passwords.clear();
    }

    /// `requirepass`: sets the only password, or requires none.
    pub(super) fn require(&mut self, secret: Option<&[u8]>) {
        self.reset_passwords();
        match secret {
            Some(secret) => self.add(Password::of(secret)),
            None => self.nopass = true,
        }
    }

    fn add(&mut self, password: Password) {
        self.nopass = false;
        if !self.passwords.contains(&password) {
            self.passwords.push(password);
        }
    }

    fn remove(&mut self, password: &Password) -> Result<(), RuleError> {
        let place = self.passwords.iter().position(|known| known == password);
        self.passwords.remove(place.ok_or(RuleError::NoSuchPassword)?);
        Ok(())
    }

    pub(super) fn accepts(&self, secret: &[u8]) -> bool {
        self.enabled && (self.nopass || self.passwords.contains(&Password::of(secret)))
    }

    /// Updates [`is_unrestricted`](Self::is_unrestricted) after rules were applied.
    pub(super) fn settle(&mut self) {
        self.is_unrestricted = self.root.is_unrestricted();
    }

    /// All selectors, the root selector first.
    pub(super) fn all_selectors(&self) -> impl Iterator<Item = &Selector> {
        std::iter::once(&self.root).chain(&self.selectors)
    }

    fn channels(&self) -> Vec<&Channels> {
        self.all_selectors().map(|selector| &selector.channels).collect()
    }

    pub(super) fn has_no_channels(&self) -> bool {
        self.channels().iter().all(|channels| channels.is_none())
    }

    /// Whether every channel that `earlier` allowed is still allowed, so that no subscription needs
    /// a check.
    pub(super) fn keeps_channels_of(&self, earlier: &Self) -> bool {
        cover(&self.channels(), &earlier.channels())
    }

    /// Whether the user may read this key with some command.
    pub(crate) fn may_read(&self, key: &[u8], max_stars: usize) -> bool {
        let permits = |it: &Selector| it.keys.permit(key, KeyAccess::READ, max_stars);
        self.all_selectors().any(permits)
    }

    /// Whether the user may hold all these subscriptions.
    pub(crate) fn may_keep(&self, subscriptions: &Subscriptions, profile: &Behaviour) -> bool {
        permit_all(&self.channels(), subscriptions, profile)
    }

    /// The flags, in the order in which they are shown.
    pub(crate) fn flags(&self, shown: SanitizeFlag) -> Vec<&'static str> {
        let mut flags = vec![if self.enabled { "on" } else { "off" }];
        if self.nopass {
            flags.push("nopass");
        }
        match self.sanitizes {
            _ if shown == SanitizeFlag::Never => {}
            Some(true) => flags.push("sanitize-payload"),
            Some(false) => flags.push("skip-sanitize-payload"),
            None => {}
        }
        flags
    }

    /// The user in one line, as `ACL LIST` shows it.
    pub(crate) fn line(&self, grammar: Grammar<'_>) -> Vec<u8> {
        let mut words: Vec<Vec<u8>> = vec![b"user".to_vec(), self.name.to_vec()];
        let flags = self.flags(grammar.behaviour.payload);
        words.extend(flags.into_iter().map(|flag| flag.as_bytes().to_vec()));
        words.extend(self.passwords.iter().map(|it| format!("#{}", it.as_str()).into_bytes()));
        words.push(self.root.rules(grammar));
        for selector in &self.selectors {
            words.push([b"(", &selector.rules(grammar)[..], b")"].concat());
        }
        words.join(&b' ')
    }
}
