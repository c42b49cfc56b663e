//! Users and their permissions: `AUTH`, `ACL`, and the check before every command.
//!
//! Nothing here knows of clients and replies. Reading order: this file, [`user`] with its
//! [`password`]s, [`selector`] (one set of permissions), the parts of a selector ([`commands`],
//! [`keys`], [`channels`], [`databases`]), [`words`] and [`rule`] (the rules of `ACL SETUSER`),
//! [`check`] (whether a request is allowed), [`log`] (refused requests).

mod channels;
mod check;
mod commands;
mod databases;
mod keys;
mod log;
mod password;
mod rule;
mod selector;
#[cfg(test)]
mod tests;
mod user;
mod words;

pub(crate) use check::{AccessRequest, Denied, Reason};
pub(crate) use log::{AccessLog, Entry as LogEntry, LogContext, LogReason, Refusal};
pub(crate) use password::generate;
pub(crate) use rule::has_blanks;
pub(crate) use selector::{Grammar, Selector};
pub(crate) use user::User;
pub(crate) use words::SetUserError;

use std::collections::BTreeMap;

use slab::Slab;

use crate::catalogue::Catalogue;
use crate::profile::Profile;
use crate::profile::access::AccessBehaviour;
use crate::state::ids::UserKey;
use crate::wire::Args;

/// All users, and the log of refused requests.
#[derive(Debug)]
pub(crate) struct Access {
    profile: Profile,
    users: Slab<User>,
    by_name: BTreeMap<Box<[u8]>, UserKey>,
    pub(crate) log: AccessLog,
}

impl Access {
    /// Starts with one user, `default`, who may do everything.
    pub(crate) fn new(profile: Profile, password: Option<&[u8]>) -> Self {
        let behaviour = &profile.behaviour().access;
        let mut access = Self {
            profile,
            users: Slab::new(),
            by_name: BTreeMap::new(),
            log: AccessLog::default(),
        };
        access.add(User::default_user(behaviour.initial_sanitize_flag()));
        if password.is_some() {
            access.set_default_password(password);
        }
        access
    }

    fn add(&mut self, user: User) -> UserKey {
        let name = user.name.clone();
        let key = UserKey(self.users.insert(user));
        self.by_name.insert(name, key);
        key
    }

    pub(crate) fn behaviour(&self) -> &AccessBehaviour {
        &self.profile.behaviour().access
    }

    pub(crate) fn catalogue(&self) -> &'static Catalogue {
        self.profile.catalogue()
    }

    pub(crate) fn grammar(&self) -> Grammar<'_> {
        let behaviour = self.profile.behaviour();
        Grammar {
            catalogue: self.catalogue(),
            behaviour: &behaviour.access,
            input: &behaviour.input,
            all_channels: false,
        }
    }

    pub(crate) fn find(&self, name: &[u8]) -> Option<UserKey> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn user(&self, key: UserKey) -> &User {
        &self.users[key.0]
    }

    /// Every user, by name.
    pub(crate) fn users(&self) -> impl ExactSizeIterator<Item = &User> {
        self.by_name.values().map(|key| self.user(*key))
    }

    /// Whether a new connection must log in.
    #[inline]
    pub(crate) fn requires_password(&self) -> bool {
        let default = self.user(UserKey::DEFAULT);
        !default.nopass || !default.enabled
    }

    /// The user with this name, if it is enabled and accepts the password.
    pub(crate) fn log_in(&self, name: &[u8], password: &[u8]) -> Option<UserKey> {
        self.find(name).filter(|key| self.user(*key).accepts(password))
    }

    /// `requirepass`: sets the only password of the default user, or requires none.
    pub(crate) fn set_default_password(&mut self, password: Option<&[u8]>) {
        self.users[UserKey::DEFAULT.0].require(password);
    }

    /// Applies all rules to the user with this name, or none of them. A missing user is created.
    /// With `all_channels` a new user or selector may use every channel, otherwise none.
    ///
    /// Returns the user if its clients may hold subscriptions that are no longer allowed. A user
    /// that had no channels before is never returned.
    pub(crate) fn set_user(
        &mut self,
        name: &[u8],
        rules: Args<'_>,
        all_channels: bool,
    ) -> Result<Option<UserKey>, SetUserError> {
        let key = self.find(name);
        let grammar = Grammar { all_channels, ..self.grammar() };
        let rules = words::join_selectors(rules, grammar.behaviour)?;
        let mut changed =
            key.map_or_else(|| User::new(name, grammar), |key| self.user(key).clone());
        for rule in rules {
            let applied = changed.apply(&rule, grammar);
            applied.map_err(|error| SetUserError::Rule { rule: rule.into(), error })?;
        }
        changed.settle();
        let Some(key) = key else {
            self.add(changed);
            return Ok(None);
        };
        let earlier = self.user(key);
        let loses_none = earlier.has_no_channels()
            || self.behaviour().spares_subscribers_if_channels_stay
                && changed.keeps_channels_of(earlier);
        self.users[key.0] = changed;
        Ok((!loses_none).then_some(key))
    }

    /// Removes a user. The caller must close the clients that are logged in as this user.
    pub(crate) fn remove(&mut self, name: &[u8]) -> Option<UserKey> {
        let key = self.by_name.remove(name)?;
        self.users.remove(key.0);
        Some(key)
    }

    /// Whether the user may do everything. This is the only check that most commands need.
    #[inline]
    pub(crate) fn is_unrestricted(&self, key: UserKey) -> bool {
        self.user(key).is_unrestricted
    }

    pub(crate) fn permit(&self, key: UserKey, request: &AccessRequest<'_>) -> Result<(), Denied> {
        self.user(key).permit(request)
    }
}
