use super::channels::{Channels, cover, permit_all};
use super::password::Password;
use super::rule::{RuleError, is};
use super::selector::{Grammar, Selector};
use crate::profile::access::ShownPayload;
use crate::state::session::Subscriptions;

/// Somebody who may log in, and what is allowed then.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: Box<[u8]>,
    /// Whether logging in is possible. Who is in stays in.
    pub(crate) enabled: bool,
    /// Any password will do.
    pub(crate) needs_no_password: bool,
    pub(crate) passwords: Vec<Password>,
    /// Whether the payload of RESTORE is looked through, if anybody said so. Kept to be shown.
    sanitizes: Option<bool>,
    pub(crate) root: Selector,
    /// More of them: what one allows is allowed.
    pub(crate) selectors: Vec<Selector>,
    /// Whether everything is allowed, so that nothing needs to be checked.
    pub(super) is_unrestricted: bool,
}

impl User {
    /// Somebody new: shut out, and without any permission.
    pub(super) fn new(name: &[u8], grammar: Grammar<'_>) -> Self {
        Self {
            name: name.into(),
            enabled: false,
            needs_no_password: false,
            passwords: Vec::new(),
            sanitizes: grammar.behaviour.sanitizes_from_the_start(),
            root: Selector::new(grammar.all_channels),
            selectors: Vec::new(),
            is_unrestricted: false,
        }
    }

    /// The user that every connection begins as.
    pub(super) fn default_user(sanitizes: Option<bool>) -> Self {
        Self {
            name: (*b"default").into(),
            enabled: true,
            needs_no_password: true,
            passwords: Vec::new(),
            sanitizes,
            root: Selector::unrestricted(),
            selectors: Vec::new(),
            is_unrestricted: true,
        }
    }

    /// Changes what one rule of `ACL SETUSER` is about. An empty one is about nothing.
    pub(super) fn apply(&mut self, rule: &[u8], grammar: Grammar<'_>) -> Result<(), RuleError> {
        let selectors = grammar.behaviour.selectors;
        match rule {
            [] => {}
            rule if is(rule, "on") => self.enabled = true,
            rule if is(rule, "off") => self.enabled = false,
            rule if is(rule, "nopass") => {
                self.needs_no_password = true;
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
        self.needs_no_password = false;
        self.passwords.clear();
    }

    /// `requirepass`: this is the only password now, or none is needed.
    pub(super) fn require(&mut self, secret: Option<&[u8]>) {
        self.reset_passwords();
        match secret {
            Some(secret) => self.add(Password::of(secret)),
            None => self.needs_no_password = true,
        }
    }

    fn add(&mut self, password: Password) {
        self.needs_no_password = false;
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
        self.enabled && (self.needs_no_password || self.passwords.contains(&Password::of(secret)))
    }

    /// All rules have been applied.
    pub(super) fn settle(&mut self) {
        self.is_unrestricted = self.root.is_unrestricted();
    }

    /// All of them, the one without parentheses first.
    pub(super) fn all_selectors(&self) -> impl Iterator<Item = &Selector> {
        std::iter::once(&self.root).chain(&self.selectors)
    }

    fn channels(&self) -> Vec<&Channels> {
        self.all_selectors().map(|selector| &selector.channels).collect()
    }

    pub(super) fn has_no_channels(&self) -> bool {
        self.channels().iter().all(|channels| channels.is_none())
    }

    /// Whether nothing that `earlier` allowed to subscribe to is refused now, so that nobody's
    /// subscriptions need a look.
    pub(super) fn keeps_channels_of(&self, earlier: &Self) -> bool {
        cover(&self.channels(), &earlier.channels())
    }

    pub(crate) fn may_keep(&self, subscriptions: &Subscriptions, max_stars: usize) -> bool {
        permit_all(&self.channels(), subscriptions, max_stars)
    }

    /// What is on or off, in the order in which it is shown.
    pub(crate) fn flags(&self, shown: ShownPayload) -> Vec<&'static str> {
        let mut flags = vec![if self.enabled { "on" } else { "off" }];
        if self.needs_no_password {
            flags.push("nopass");
        }
        match self.sanitizes {
            _ if shown == ShownPayload::Never => {}
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
