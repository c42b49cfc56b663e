//! Whether a request is allowed.

use super::databases::Databases;
use super::selector::Selector;
use super::user::User;
use crate::catalogue::{Catalogue, Categories, Command};
use crate::wire::{Args, parse_integer};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessRequest<'a> {
    pub(super) command: &'a Command,
    pub(super) args: Args<'a>,
    /// Strangers may use it, so nobody is refused it.
    pub(super) open_to_all: bool,
    /// The database that is selected, and how many there are.
    pub(super) database: usize,
    pub(super) databases: usize,
    /// How many stars a glob may have and still match anything.
    pub(super) max_stars: usize,
}

/// Why a request is refused, and which of its words is to blame.
///
/// Of several reasons the last counts, and of two of a kind the one further behind: each selector
/// has its own, and that one came closest to allowing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Denied {
    pub(crate) reason: Reason,
    pub(crate) word: usize,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    Database,
    Command,
    Key,
    Channel,
}

impl<'a> AccessRequest<'a> {
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        full_name: &str,
        args: Args<'a>,
        open_to_all: bool,
        (database, databases): (usize, usize),
        max_stars: usize,
    ) -> Option<Self> {
        let command = catalogue.find_listed(full_name.as_bytes())?;
        Some(Self { command, args, open_to_all, database, databases, max_stars })
    }

    /// The command, as it is named in a refusal.
    pub(crate) fn name(&self) -> &'static str {
        self.command.name
    }

    /// The databases that it touches: with the word that names each.
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

    /// The channels that it publishes or subscribes to; whether they are patterns.
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
    /// One selector must allow all of it.
    pub(super) fn permit(&self, asked: &AccessRequest<'_>) -> Result<(), Denied> {
        let mut closest = None;
        for selector in self.all_selectors() {
            match selector.permit(asked) {
                Ok(()) => return Ok(()),
                Err(denied) => closest = closest.max(Some(denied)),
            }
        }
        closest.map_or(Ok(()), Err)
    }
}

impl Selector {
    /// In the server's order: the database, the command, its keys, its channels.
    fn permit(&self, asked: &AccessRequest<'_>) -> Result<(), Denied> {
        let denied = |reason, word| Err(Denied { reason, word });
        if self.databases != Databases::All {
            let refused = asked.databases().into_iter().find(|it| !self.databases.permit(it.1));
            if let Some((word, _)) = refused {
                return denied(Reason::Database, word);
            }
        }
        if !asked.open_to_all && !self.commands.permit(asked.command, asked.args) {
            return denied(Reason::Command, 0);
        }
        let mut keys = asked.command.keys().accesses(asked.args);
        let stars = asked.max_stars;
        if let Some((word, _)) =
            keys.find(|(word, need)| !self.keys.permit(&asked.args[*word], *need, stars))
        {
            return denied(Reason::Key, word);
        }
        let (mut channels, patterns) = asked.channels();
        let refused = channels.find(|word| match patterns {
            true => !self.channels.permit_pattern(&asked.args[*word]),
            false => !self.channels.permit(&asked.args[*word], stars),
        });
        refused.map_or(Ok(()), |word| denied(Reason::Channel, word))
    }
}
