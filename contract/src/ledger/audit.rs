use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{Entry, Ledger, Pattern};
use crate::backend::BackendKind;
use crate::compare::{Violation, ViolationKind};
use crate::conversation::{Place, ServerName};

/// Follows a run, and finds entries of the ledger that are not true any more.
#[derive(Clone, Debug)]
pub struct LedgerAudit {
    usages: Vec<EntryUsage>,
    /// Entries about other backends and servers: only their conversations can be looked for.
    others: Vec<Arc<Entry>>,
}

/// What a run has shown about one entry.
#[derive(Clone, Debug)]
struct EntryUsage {
    entry: Arc<Entry>,
    /// Conversations that it names, and that hold.
    held: Vec<String>,
    kinds: BTreeSet<ViolationKind>,
    /// Whether a conversation that it names was not judged.
    is_incomplete: bool,
}

/// An entry that is not true any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleEntry {
    /// Where it stands.
    pub place: Place,
    /// In what respect.
    pub reason: StaleReason,
}

/// Why an entry is stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaleReason {
    /// This conversation, which it names, holds.
    Holds(String),
    /// No conversation has such a name.
    NamesNothing(Pattern),
    /// None of its conversations is broken in this way.
    NeverBreaks(ViolationKind),
}

impl LedgerAudit {
    pub(super) fn new(ledger: &Ledger, backend: BackendKind, server: &ServerName) -> Self {
        let (on, others) =
            ledger.entries.iter().cloned().partition(|entry| entry.is_on(backend, server));
        let on: Vec<Arc<Entry>> = on;
        let usage = |entry| EntryUsage {
            entry,
            held: Vec::new(),
            kinds: BTreeSet::new(),
            is_incomplete: false,
        };
        Self { usages: on.into_iter().map(usage).collect(), others }
    }

    /// Whether any of it is about this conversation.
    pub fn names(&self, conversation: &str) -> bool {
        self.usages.iter().any(|usage| usage.entry.names(conversation))
    }

    /// A conversation holds.
    pub fn held(&mut self, conversation: &str) {
        for usage in self.about(conversation) {
            usage.held.push(conversation.to_owned());
        }
    }

    /// A conversation was not judged.
    pub fn skipped(&mut self, conversation: &str) {
        self.about(conversation).for_each(|usage| usage.is_incomplete = true);
    }

    /// A conversation is broken: the entries that declare all of it, or none if any violation is
    /// declared nowhere.
    pub fn broken(&mut self, conversation: &str, violations: &[Violation]) -> Vec<Arc<Entry>> {
        let mut declared = vec![false; violations.len()];
        let mut entries = Vec::new();
        for usage in self.about(conversation) {
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

    /// What the run has shown to be untrue. Where it played the whole corpus, `corpus` is the names
    /// of all conversations: only then can it be said what is named in vain.
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

    fn about(&mut self, conversation: &str) -> impl Iterator<Item = &mut EntryUsage> {
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
            Self::Holds(name) => write!(f, "{name} holds, the entry is not needed for it"),
            Self::NamesNothing(pattern) => write!(f, "{pattern} names no conversation"),
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
    fn should_declare_what_an_entry_names_in_the_way_that_it_names() {
        let mut audit = audit("embedded", "redis-8.0");
        let error = violations("-ERR a", "-ERR b");
        let count = violations("1", "2");
        assert_eq!(audit.broken("a/x", &error)[0].reason, "of this");
        assert!(audit.broken("a/x", &count).is_empty(), "another kind is a new fault");
        assert!(audit.broken("a/x", &[error.clone(), count.clone()].concat()).is_empty());
        assert!(audit.broken("other", &error).is_empty());
        assert_eq!(audit.broken("b", &count)[0].place.line, 6);
        assert_eq!(audit.stale(Some(&["a/x", "b", "c"])), []);
    }

    #[test]
    fn should_speak_only_of_its_backend_and_servers() {
        let error = violations("-ERR a", "-ERR b");
        assert!(audit("embedded", "redis-7.0").broken("a/x", &error).is_empty());
        assert!(audit("process", "redis-8.0").broken("a/x", &error).is_empty());
    }

    #[test]
    fn should_find_what_is_not_true_any_more() {
        let mut audit = audit("embedded", "redis-8.0");
        audit.held("a/x");
        assert_eq!(
            shown(&audit.stale(None)),
            ["ledger:1: a/x holds, the entry is not needed for it"]
        );
        assert_eq!(
            shown(&audit.stale(Some(&["a/x", "b"]))),
            [
                "ledger:1: a/x holds, the entry is not needed for it",
                "ledger:6: none of its conversations has a wrong count",
                "ledger:11: c names no conversation",
            ]
        );
        audit.skipped("b");
        assert_eq!(audit.stale(Some(&["a/x", "b", "c"])).len(), 1, "nobody knows about b");
    }
}
