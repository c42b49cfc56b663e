use std::fmt;

use crate::backend::BackendKind;
use crate::compare::{Violation, ViolationKind};
use crate::conversation::{Place, ServerName};

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins.
    pub place: Place,
    /// The conversations in which the difference shows.
    pub conversations: Vec<Pattern>,
    /// The backend that differs.
    pub backend: BackendKind,
    /// Held against these servers; against every one if none is named.
    pub servers: Vec<ServerName>,
    /// In what ways it differs.
    pub kinds: Vec<ViolationKind>,
    /// Why that stays so, in a sentence.
    pub reason: String,
}

/// Names of conversations: `*` stands for anything, slashes too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Entry {
    /// Whether it speaks of this backend, held against this server.
    pub fn is_on(&self, backend: BackendKind, server: &ServerName) -> bool {
        self.backend == backend && (self.servers.is_empty() || self.servers.contains(server))
    }

    /// Whether it speaks of this conversation.
    pub fn names(&self, conversation: &str) -> bool {
        self.conversations.iter().any(|pattern| pattern.matches(conversation))
    }

    /// Whether it declares such violations.
    pub fn declares(&self, violation: &Violation) -> bool {
        self.kinds.contains(&violation.kind)
    }
}

impl Pattern {
    /// What is written so.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether the name is one of these.
    pub fn matches(&self, name: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return self.0 == name };
        let Some(mut name) = name.strip_prefix(first) else { return false };
        let mut parts: Vec<&str> = rest.split('*').collect();
        // What stands behind the last star is the end of the name.
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
    fn should_take_a_star_for_anything(
        #[case] pattern: &str,
        #[case] name: &str,
        #[case] matches: bool,
    ) {
        assert_eq!(Pattern::new(pattern).matches(name), matches);
    }
}
