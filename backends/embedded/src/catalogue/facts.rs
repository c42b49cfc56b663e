use super::categories::Categories;
use super::flags::Flags;
use super::keys::{KeySpec, KeySpecs};
use super::revision::{EVERYWHERE, Revision};

/// The facts about one command of one server.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(super) arity: i64,
    pub(super) flags: Flags,
    pub(super) categories: Categories,
    pub(super) key_range: [i64; 3],
    pub(super) keys: KeySpecs,
    pub(super) tips: Vec<&'static str>,
    pub(super) group: &'static str,
    pub(super) since: &'static str,
    pub(super) deprecated: &'static str,
    pub(super) replaced_by: &'static str,
    pub(super) arguments: &'static str,
}

impl Facts {
    /// Reads the lines about a command, as far as they are about this server. A later line takes the
    /// place of an earlier one about the same.
    pub(super) fn read(
        name: &str,
        lines: &'static str,
        server: &str,
        revisions: &[Revision],
    ) -> Self {
        let mut facts = Self::default();
        for line in lines.lines() {
            let line = line.trim_start();
            match line.strip_prefix('[').and_then(|line| line.split_once(']')) {
                Some((servers, line)) if is_among(servers, server) => {
                    facts.learn(line.trim_start());
                }
                Some(_) => {}
                None => facts.learn(line),
            }
        }
        let revisions = EVERYWHERE.iter().chain(revisions);
        for revision in revisions.filter(|revision| revision.commands.contains(&name)) {
            facts.arity = revision.arity.unwrap_or(facts.arity);
            facts.flags = facts.flags.with(revision.flags);
            facts.keys.0.extend(revision.keys.map(|(begin, find)| KeySpec::untold(begin, find)));
        }
        facts
    }

    fn learn(&mut self, fact: &'static str) {
        let (kind, value) = fact.split_once(' ').unwrap_or((fact, ""));
        let words = || value.split(' ').filter(|word| !word.is_empty());
        match kind {
            "arity" => self.arity = value.parse().unwrap_or_default(),
            "flags" => self.flags = words().filter_map(Flags::named).fold(Flags::NONE, Flags::with),
            "categories" => {
                let categories = words().filter_map(|name| Categories::named(name.as_bytes()));
                self.categories = categories.fold(Categories::NONE, Categories::with);
            }
            "range" => {
                let mut numbers = words().map(|word| word.parse().unwrap_or_default());
                self.key_range = [(); 3].map(|()| numbers.next().unwrap_or_default());
            }
            "keys" => self.keys = KeySpecs(words().filter_map(KeySpec::parse).collect()),
            "notes" => {
                let (nth, notes) = value.split_once(' ').unwrap_or((value, ""));
                let nth = nth.parse::<usize>().ok().and_then(|nth| nth.checked_sub(1));
                if let Some(spec) = nth.and_then(|nth| self.keys.0.get_mut(nth)) {
                    spec.notes = Some(notes).filter(|notes| !notes.is_empty());
                }
            }
            "tips" => self.tips = words().collect(),
            "group" => self.group = value,
            "since" => self.since = value,
            "deprecated" => self.deprecated = value,
            "replaced" => self.replaced_by = value,
            "arguments" => self.arguments = value,
            _ => {}
        }
    }
}

/// `redis-7.0 redis-7.2`, or `!redis-6.2` for all but these.
pub(super) fn is_among(servers: &str, server: &str) -> bool {
    match servers.starts_with('!') {
        true => !servers.split(' ').any(|other| other[1..] == *server),
        false => servers.split(' ').any(|other| other == server),
    }
}
