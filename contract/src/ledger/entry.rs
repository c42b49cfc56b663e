use std::fmt;

use crate::backend::BackendKind;
use crate::compare::{Violation, ViolationKind};
use crate::conversation::{Place, ServerName};

/// The declaration of one difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its first line in the file.
    pub place: Place,
    /// The conversations in which the difference shows.
    pub conversations: Vec<Pattern>,
    /// The backend that differs.
    pub backend: BackendKind,
    /// The servers with which the backend is compared. Empty for all servers.
    pub servers: Vec<ServerName>,
    /// The declared kinds of violations.
    pub kinds: Vec<ViolationKind>,
    /// The reason for the difference, in one sentence.
    pub reason: String,
}

/// A pattern for names of conversations. `*` matches any text, including slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Entry {
    /// Whether the entry is about this backend, compared with this server.
    pub fn applies_to(&self, backend: BackendKind, server: &ServerName) -> bool {
        self.backend == backend && (self.servers.is_empty() || self.servers.contains(server))
    }

    /// Whether the entry names this conversation.
    pub fn names(&self, conversation: &str) -> bool {
        self.conversations.iter().any(|pattern| pattern.matches(conversation))
    }

    /// Whether the entry declares violations of this kind.
    pub fn declares(&self, violation: &Violation) -> bool {
        self.kinds.contains(&violation.kind)
    }
}

impl Pattern {
    /// The pattern with this text.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether the pattern matches the name.
    pub fn matches(&self, name: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return self.0 == name };
        let Some(mut name) = name.strip_prefix(first) else { return false };
        let mut parts: Vec<&str> = rest.split('*').collect();
        // The text after the last star must be the end of the name.
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let Some(at) = name.find(part) else { return false };
            name = &name[at + part.len()..];
        }
        name.ends_with(last)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a/b", "a/b", true)]
    #[case("a/b", "a/bc", false)]
    #[case("a/*", "a/b/c", true)]
    #[case("a/*", "a", false)]
    #[case("*_scripts", "own/should_run_scripts", true)]
    #[case("*_scripts", "own/should_run_scripts_at_once", false)]
    #[case("own/*busy*", "own/keys/should_be_busy_then", true)]
    #[case("a*b*b", "a-b", false)]
    #[case("a*b*b", "a-bb", true)]
    fn should_match_any_text_with_a_star(
        #[case] pattern: &str,
        #[case] name: &str,
        #[case] matches: bool,
    ) {
        assert_eq!(Pattern::new(pattern).matches(name), matches);
    }
}
