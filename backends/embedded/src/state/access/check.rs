//! Whether a request is allowed.

use super::databases::Databases;
use super::selector::Selector;
use super::user::User;
use crate::catalogue::{Categories, Command, Flags};
use crate::profile::Behaviour;
use crate::wire::{Args, parse_integer};

/// A request whose permissions are checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessRequest<'a> {
    pub(super) command: &'a Command,
    pub(super) args: Args<'a>,
    /// Clients may use the command before they log in, so every user may use it.
    pub(super) allowed_before_login: bool,
    /// The selected database, and how many databases there are.
    pub(super) database: usize,
    pub(super) databases: usize,
    pub(super) profile: &'a Behaviour,
    /// Otherwise the request may use any keys.
    pub(crate) checks_keys: bool,
}

/// The reason why a request is refused, and the index of the argument that caused it.
///
/// Each selector has its own reason. The greatest counts: the selector with the latest check, and
/// in it the latest argument, came closest to allowing the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Denied {
    pub(crate) reason: Reason,
    pub(crate) word: usize,
}

/// The permission that is missing, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    Database,
    Command,
    Key,
    Channel,
}

impl<'a> AccessRequest<'a> {
    pub(crate) fn new(
        command: &'a Command,
        args: Args<'a>,
        (database, databases): (usize, usize),
        profile: &'a Behaviour,
    ) -> Option<Self> {
        command.is_listed.then(|| Self {
            command,
            args,
            allowed_before_login: command.flags().contains(Flags::NO_AUTH),
            database,
            databases,
            profile,
            checks_keys: true,
        })
    }

    /// The name of the command, as error texts show it.
    pub(crate) fn name(&self) -> &'static str {
        self.command.name
    }

    /// The databases that the request uses, each with the index of the argument that names it.
    fn databases(&self) -> Vec<(usize, usize)> {
        let named = |word: usize| {
            let number = self.args.get(word).and_then(parse_integer)?;
            let number = usize::try_from(number).ok().filter(|it| *it < self.databases)?;
            Some((word, number))
        };
        let touches_keys = self.command.keys().has_keys()
            || [Categories::KEYSPACE, Categories::READ, Categories::WRITE]
                .into_iter()
                .any(|category| self.command.categories().contains(category));
        let selected = touches_keys.then_some((0, self.database));
        let more: Vec<usize> = match self.command.name {
            "select" => vec![1],
            "swapdb" => {
                return [1, 2].into_iter().map(named).collect::<Option<_>>().unwrap_or_default();
            }
            "move" => vec![2],
            "copy" => {
                let is_db = |word: &usize| self.args[*word].eq_ignore_ascii_case(b"db");
                (3..self.args.len()).filter(is_db).map(|word| word + 1).collect()
            }
            "flushall" => return (0..self.databases).map(|number| (0, number)).collect(),
            _ => Vec::new(),
        };
        selected.into_iter().chain(more.into_iter().filter_map(named)).collect()
    }

    /// The arguments that name channels to publish or subscribe to, and whether they are patterns.
    fn channels(&self) -> (impl Iterator<Item = usize>, bool) {
        let words = match self.command.name {
            "publish" | "spublish" => 1..2,
            "subscribe" | "psubscribe" | "ssubscribe" => 1..self.args.len(),
            _ => 0..0,
        };
        (words, self.command.name == "psubscribe")
    }
}

impl User {
    /// Checks that one selector allows the whole request.
    pub(super) fn permit(&self, request: &AccessRequest<'_>) -> Result<(), Denied> {
        let mut closest = None;
        for selector in self.all_selectors() {
            match selector.permit(request) {
                Ok(()) => return Ok(()),
                Err(denied) => closest = closest.max(Some(denied)),
            }
        }
        closest.map_or(Ok(()), Err)
    }
}

impl Selector {
    /// Checks in the order of Redis: the database, the command, its keys, its channels.
    fn permit(&self, request: &AccessRequest<'_>) -> Result<(), Denied> {
        let denied = |reason, word| Err(Denied { reason, word });
        if self.databases != Databases::All {
            let refused = request.databases().into_iter().find(|it| !self.databases.permit(it.1));
            if let Some((word, _)) = refused {
                return denied(Reason::Database, word);
            }
        }
        if !request.allowed_before_login && !self.commands.permit(request.command, request.args) {
            return denied(Reason::Command, 0);
        }
        let mut keys = request.command.keys().accesses(request.args);
        let stars = request.profile.max_stars;
        if request.checks_keys
            && let Some((word, _)) =
                keys.find(|(word, need)| !self.keys.permit(&request.args[*word], *need, stars))
        {
            return denied(Reason::Key, word);
        }
        let (mut channels, patterns) = request.channels();
        let refused = channels.find(|word| match patterns {
            true => !self.channels.permit_pattern(&request.args[*word], request.profile),
            false => !self.channels.permit(&request.args[*word], stars),
        });
        refused.map_or(Ok(()), |word| denied(Reason::Channel, word))
    }
}
