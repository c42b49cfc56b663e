//! The facts in `docs/wire.md` are numbered, and conversations prove them.
//!
//! - the numbers have no gaps
//! - every fact links to recorded conversations, or says why it has none
//! - where the page says that servers differ, a conversation shows it

use std::fs;
use std::path::{Path, PathBuf};

use twincast::conversation::Conversation;

/// How many facts are about differences (D), how many about changes after Redis 8.0 (R), and how
/// many about servers that agree (S).
const FACTS: [(&str, usize); 3] = [("D", 88), ("R", 30), ("S", 74)];

struct Fact {
    name: String,
    /// The second line: the conversations that show the fact, or the reason why none does.
    shown: String,
}

impl Fact {
    fn conversations(&self) -> Vec<PathBuf> {
        let links = self.shown.split("](").skip(1);
        let files = links.filter_map(|link| Some(docs().join(link.split_once(')')?.0)));
        files.collect()
    }
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn facts() -> Vec<Fact> {
    let text = fs::read_to_string(docs().join("wire.md")).expect("docs/wire.md");
    let lines: Vec<&str> = text.lines().collect();
    let facts = lines.windows(2).filter_map(|pair| {
        let (name, _) = pair[0].strip_prefix("**")?.split_once(".** ")?;
        Some(Fact { name: name.to_owned(), shown: pair[1].to_owned() })
    });
    facts.collect()
}

fn load(path: &Path) -> Conversation {
    Conversation::load(path).unwrap_or_else(|error| panic!("docs/wire.md: {error}"))
}

#[test]
fn should_number_the_facts_without_gaps() {
    let found: Vec<String> = facts().into_iter().map(|fact| fact.name).collect();
    let expected = FACTS.map(|(letter, count)| (1..=count).map(move |n| format!("{letter}{n}")));
    assert_eq!(found, expected.into_iter().flatten().collect::<Vec<String>>());
}

#[test]
fn should_show_every_fact_or_say_why_not() {
    for fact in facts() {
        let reason = fact.shown.strip_prefix("Not shown: ");
        match (&fact.conversations()[..], reason) {
            ([], Some(reason)) => assert!(reason.len() > 20, "{}: {reason}", fact.name),
            ([], None) => panic!(
                "docs/wire.md: {} shows no conversation; link one, or write `Not shown: ` and why",
                fact.name
            ),
            (all, _) => {
                let recorded = all.iter().all(|path| !load(path).recorded_from.is_empty());
                assert!(
                    recorded,
                    "docs/wire.md: {} links to a conversation without a recording: just record",
                    fact.name
                );
            }
        }
    }
}

#[test]
fn should_show_servers_that_differ_where_it_says_so() {
    for fact in facts().iter().filter(|fact| fact.name.starts_with(['D', 'R'])) {
        let conversations = fact.conversations();
        if conversations.is_empty() || fact.shown.starts_with("Shown, alike, in ") {
            continue;
        }
        let differs =
            |path: &PathBuf| load(path).turns.iter().any(|turn| !turn.variants.is_empty());
        assert!(
            conversations.iter().any(differs),
            "docs/wire.md: {} says that servers differ, but its conversations show no difference",
            fact.name
        );
    }
}
