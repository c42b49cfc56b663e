use std::fmt;
use std::sync::Arc;

/// The name of a connection in its conversation (`alice`, `pub`, or `alice#2` after a reconnect).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

/// The name under which the answers of a server are kept: product and version (`redis-7.0`).
///
/// Patch releases share one name. Names sort by version number: `redis-8.0` before `redis-10.0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerName(Arc<str>);

/// A line of a file. A step that was built by a program has line 0 and no file.
///
/// All places compare as equal, so conversations with the same steps are equal wherever those steps
/// are written.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The path of the file, as the caller gave it.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: u32,
}

impl Name {
    /// A name. The parser checks that it is well formed; this function does not.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text can be a name: a letter, followed by letters, digits, `_`, `.`, `-` or `#`.
    pub fn is_well_formed(text: &str) -> bool {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-#".contains(&byte))
    }
}

/// The reference whose answers are the default. Other servers are kept only where they differ.
const DEFAULT: &str = "redis-8.0";

/// Forks whose answers are kept under the name of their original.
const FORKS: [(&str, &str); 1] = [("redict-7.3", "redis-7.2")];

impl Default for ServerName {
    fn default() -> Self {
        Self::new(DEFAULT)
    }
}

impl ServerName {
    /// The server of this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name under which the answers of an exact version are kept: `redis 8.0.2` is `redis-8.0`.
    /// A fork that stands for another server gets that server's name.
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

    /// Whether its answers are the default, for servers that have no variant.
    pub fn is_default(&self) -> bool {
        &*self.0 == DEFAULT
    }

    /// The product: `redis`, `valkey`.
    pub fn product(&self) -> &str {
        self.sort_key().0
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The sort key: the product, the numbers of the version, and the version as text.
    fn sort_key(&self) -> (&str, Vec<u64>, &str) {
        let (product, version) = self.0.rsplit_once('-').unwrap_or((&self.0, ""));
        let numbers = version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
        (product, numbers, version)
    }
}

impl Ord for ServerName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.sort_key().cmp(&other.sort_key())
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

/// `file:line`, which editors and terminals can follow.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 if self.file.is_empty() => f.write_str("a step without a file"),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patch_releases_and_forks_share_a_server_name() {
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
    fn server_names_sort_by_version_number() {
        let mut names = ["valkey-8.1", "redis-10.0", "redis-8.0", "redis-7.2"].map(ServerName::new);
        names.sort();
        let sorted = ["redis-7.2", "redis-8.0", "redis-10.0", "valkey-8.1"].map(ServerName::new);
        assert_eq!(names, sorted);
    }
}
