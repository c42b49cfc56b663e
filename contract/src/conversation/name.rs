use std::fmt;
use std::sync::Arc;

/// A connection's name within its conversation (`alice`, `pub`, `alice#2` after a reconnect).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

/// A server as answers are kept for it: product, dash, version (`redis-7.0`, `valkey-8.1`).
///
/// Patch releases share one name. Names order as people count: `redis-8.0` before `redis-10.0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerName(Arc<str>);

/// A line of a file; line 0 of an empty file where a step was made by a program.
///
/// Where a step stands is no part of what it says: all places are equal, so conversations that say
/// the same are equal.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The file, as it was given.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
}

impl Name {
    /// A name; whether it is well formed is checked where text is parsed.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text can stand before `>` and `<`: letters, digits, `_`, `.`, `-`, `#`, a letter
    /// first.
    pub fn is_well_formed(text: &str) -> bool {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-#".contains(&byte))
    }
}

/// The reference whose answers are the default. The answers of others are kept where they differ.
const DEFAULT: &str = "redis-8.0";

/// Forks that stand for the server that they were forked from.
const FORKS: [(&str, &str); 1] = [("redict-7.3", "redis-7.2")];

impl Default for ServerName {
    fn default() -> Self {
        Self::new(DEFAULT)
    }
}

impl ServerName {
    /// The server of that name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name under which answers of an exact version are kept: `redis 8.0.2` is `redis-8.0`, and
    /// so is a fork that stands for it.
    pub fn of(recorded_from: &str) -> Self {
        let (product, version) = recorded_from.split_once(' ').unwrap_or((recorded_from, ""));
        let mut parts = version.split('.');
        let name = match (parts.next().filter(|major| !major.is_empty()), parts.next()) {
            (Some(major), Some(minor)) => format!("{product}-{major}.{minor}"),
            (Some(major), None) => format!("{product}-{major}"),
            _ => product.to_owned(),
        };
        let stands_for = FORKS.iter().find(|(fork, _)| *fork == name);
        Self::new(stands_for.map_or(&name, |(_, original)| original))
    }

    /// Whether its answers stand for all servers that have none of their own.
    pub fn is_default(&self) -> bool {
        &*self.0 == DEFAULT
    }

    /// Whose server it is: `redis`, `valkey`.
    pub fn product(&self) -> &str {
        self.order().0
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The product, and the numbers of the version.
    fn order(&self) -> (&str, Vec<u64>, &str) {
        let (product, version) = self.0.rsplit_once('-').unwrap_or((&self.0, ""));
        let numbers = version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
        (product, numbers, version)
    }
}

impl Ord for ServerName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for ServerName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `file:line`, as editors and terminals follow it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_without_its_patch_release() {
        for (exact, name) in [
            ("redis 8.0.2", "redis-8.0"),
            ("valkey 8.1.1", "valkey-8.1"),
            ("redis 8", "redis-8"),
            ("fakeredis", "fakeredis"),
            ("redict 7.3.6", "redis-7.2"),
        ] {
            assert_eq!(ServerName::of(exact).as_str(), name);
        }
    }

    #[test]
    fn servers_order_as_people_count() {
        let mut names = ["valkey-8.1", "redis-10.0", "redis-8.0", "redis-7.2"].map(ServerName::new);
        names.sort();
        let sorted = ["redis-7.2", "redis-8.0", "redis-10.0", "valkey-8.1"].map(ServerName::new);
        assert_eq!(names, sorted);
    }
}
