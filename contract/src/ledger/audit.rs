use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{Entry, Ledger, Pattern};
use crate::backend::BackendKind;
use crate::compare::{Violation, ViolationKind};
use crate::conversation::{Place, ServerName};

/// Follows a run and finds stale entries of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerAudit {
    usages: Vec<EntryUsage>,
    /// Entries about other backends and servers. Only their names can be checked in this run.
    others: Vec<Arc<Entry>>,
}

/// The results of a run that concern one entry.
#[derive(Clone, Debug)]
struct EntryUsage {
    entry: Arc<Entry>,
    /// Conversations that the entry names and that hold.
    held: Vec<String>,
    kinds: BTreeSet<ViolationKind>,
    /// Whether the run skipped a conversation that the entry names.
    is_incomplete: bool,
}

/// An entry that no longer describes a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleEntry {
    /// The first line of the entry.
    pub place: Place,
    /// Why the entry is stale.
    pub reason: StaleReason,
}

/// Why an entry is stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaleReason {
    /// The entry names this conversation, but the conversation holds.
    Holds(String),
    /// No conversation matches this pattern.
    NamesNothing(Pattern),
    /// The entry declares this kind of violation, but none of its conversations has one.
    NeverBreaks(ViolationKind),
}

impl LedgerAudit {
    pub(super) fn new(ledger: &Ledger, backend: BackendKind, server: &ServerName) -> Self {
        let (on, others) =
            ledger.entries.iter().cloned().partition(|entry| entry.applies_to(backend, server));
        let on: Vec<Arc<Entry>> = on;
        let usage = |entry| EntryUsage {
            entry,
            held: Vec::new(),
            kinds: BTreeSet::new(),
            is_incomplete: false,
        };
        Self { usages: on.into_iter().map(usage).collect(), others }
    }

    /// Whether an entry for this run names the conversation.
    pub fn names(&self, conversation: &str) -> bool {
        self.usages.iter().any(|usage| usage.entry.names(conversation))
    }

    /// Notes that a conversation holds.
    pub fn held(&mut self, conversation: &str) {
        for usage in self.usages_of(conversation) {
            usage.held.push(conversation.to_owned());
        }
    }

    /// Notes that a conversation was skipped.
    pub fn skipped(&mut self, conversation: &str) {
        self.usages_of(conversation).for_each(|usage| usage.is_incomplete = true);
    }

    /// Notes that a conversation is broken. Returns the entries that declare its violations, or
    /// nothing if one of the violations is not declared.
    pub fn broken(&mut self, conversation: &str, violations: &[Violation]) -> Vec<Arc<Entry>> {
        let mut declared = vec![false; violations.len()];
        let mut entries = Vec::new();
        for usage in self.usages_of(conversation) {
            let mut concerns = false;
            for (violation, declared) in violations.iter().zip(&mut declared) {
                if usage.entry.declares(violation) {
                    usage.kinds.insert(violation.kind);
                    *declared = true;
                    concerns = true;
                }
            }
            if concerns {
                entries.push(Arc::clone(&usage.entry));
            }
        }
        if declared.iter().all(|declared| *declared) { entries } else { Vec::new() }
    }

    /// The entries that the run has shown to be stale. `corpus` holds the names of all
    /// conversations if the run played the whole corpus; only then can unmatched names and unseen
    /// kinds be found.
    pub fn stale(&self, corpus: Option<&[&str]>) -> Vec<StaleEntry> {
        let mut stale = Vec::new();
        for usage in &self.usages {
            let mut add =
                |reason| stale.push(StaleEntry { place: usage.entry.place.clone(), reason });
            usage.held.iter().cloned().map(StaleReason::Holds).for_each(&mut add);
            if corpus.is_some() && !usage.is_incomplete && usage.held.is_empty() {
                let unseen = usage.entry.kinds.iter().filter(|kind| !usage.kinds.contains(kind));
                unseen.copied().map(StaleReason::NeverBreaks).for_each(&mut add);
            }
        }
        let entries = self.usages.iter().map(|usage| &usage.entry).chain(&self.others);
        for entry in entries {
            for pattern in &entry.conversations {
                if corpus.is_some_and(|all| !all.iter().any(|name| pattern.matches(name))) {
                    let reason = StaleReason::NamesNothing(pattern.clone());
                    stale.push(StaleEntry { place: entry.place.clone(), reason });
                }
            }
        }
        stale.sort_by_key(|stale| stale.place.line);
        stale
    }

    fn usages_of(&mut self, conversation: &str) -> impl Iterator<Item = &mut EntryUsage> {
        self.usages.iter_mut().filter(move |usage| usage.entry.names(conversation))
    }
}

impl fmt::Display for StaleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl fmt::Display for StaleReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(name) => write!(f, "{name} holds: remove it from the entry"),
            Self::NamesNothing(pattern) => write!(f, "{pattern} matches no conversation"),
            Self::NeverBreaks(kind) => write!(f, "none of its conversations has a {kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::compare;
    use crate::conversation::Conversation;

    const LEDGER: &str = "\
a/*
on embedded redis-8.0
breaks different error
because of this

b
on embedded redis-8.0
breaks wrong count
because of that

c
on remote
breaks wrong count
because of those
";

    fn audit(backend: &str, server: &str) -> LedgerAudit {
        let ledger = Ledger::parse(LEDGER, "ledger").expect("well formed");
        let backend = BackendKind::named(backend).expect("a backend");
        ledger.audit(backend, &ServerName::new(server))
    }

    fn shown(stale: &[StaleEntry]) -> Vec<String> {
        stale.iter().map(StaleEntry::to_string).collect()
    }

    fn violations(expected: &str, received: &str) -> Vec<Violation> {
        let parse = |answer: &str| {
            let text = format!("# Should answer\n\nx> PUBLISH a b\nx< {answer}\n");
            Conversation::parse(&text, "a.twin").expect("well formed")
        };
        compare(&parse(expected), &parse(received), &ServerName::default())
    }

    #[test]
    fn should_return_entries_only_if_they_declare_every_violation() {
        let mut audit = audit("embedded", "redis-8.0");
        let error = violations("-ERR a", "-ERR b");
        let count = violations("1", "2");
        assert_eq!(audit.broken("a/x", &error)[0].reason, "of this");
        assert!(audit.broken("a/x", &count).is_empty(), "another kind of violation is a new fault");
        assert!(audit.broken("a/x", &[error.clone(), count.clone()].concat()).is_empty());
        assert!(audit.broken("other", &error).is_empty());
        assert_eq!(audit.broken("b", &count)[0].place.line, 6);
        assert_eq!(audit.stale(Some(&["a/x", "b", "c"])), []);
    }

    #[test]
    fn should_ignore_entries_about_other_backends_and_servers() {
        let error = violations("-ERR a", "-ERR b");
        assert!(audit("embedded", "redis-7.0").broken("a/x", &error).is_empty());
        assert!(audit("process", "redis-8.0").broken("a/x", &error).is_empty());
    }

    #[test]
    fn should_find_stale_entries() {
        let mut audit = audit("embedded", "redis-8.0");
        audit.held("a/x");
        assert_eq!(shown(&audit.stale(None)), ["ledger:1: a/x holds: remove it from the entry"]);
        assert_eq!(
            shown(&audit.stale(Some(&["a/x", "b"]))),
            [
                "ledger:1: a/x holds: remove it from the entry",
                "ledger:6: none of its conversations has a wrong count",
                "ledger:11: c matches no conversation",
            ]
        );
        audit.skipped("b");
        assert_eq!(
            audit.stale(Some(&["a/x", "b", "c"])).len(),
            1,
            "b was skipped, so its entry may still be needed"
        );
    }
}
