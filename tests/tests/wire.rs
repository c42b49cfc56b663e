//! The list of what servers answer (`docs/wire.md`) is complete, and true.
//!
//! - every fact has its number, without gaps
//! - every fact is shown in a conversation that there is, or says why in none
//! - where servers are said to differ, they do in a conversation that shows it

use std::fs;
use std::path::{Path, PathBuf};

use twincast::conversation::Conversation;

/// How many facts there are where servers differ, and of all of them.
const FACTS: [(&str, usize); 2] = [("D", 82), ("S", 67)];

struct Fact {
    name: String,
    /// The second line: where it is shown, or why it is not.
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
    let owed = FACTS.map(|(letter, count)| (1..=count).map(move |n| format!("{letter}{n}")));
    assert_eq!(found, owed.into_iter().flatten().collect::<Vec<String>>());
}

#[test]
fn should_show_every_fact_or_say_why_not() {
    for fact in facts() {
        let reason = fact.shown.strip_prefix("Not shown: ");
        match (&fact.conversations()[..], reason) {
            ([], Some(reason)) => assert!(reason.len() > 20, "{}: {reason}", fact.name),
            ([], None) => panic!("{} is shown nowhere, for no reason", fact.name),
            (all, _) => {
                let recorded = all.iter().all(|path| !load(path).recorded_from.is_empty());
                assert!(recorded, "{}: no server has answered it", fact.name);
            }
        }
    }
}

#[test]
fn should_show_servers_that_differ_where_it_says_so() {
    for fact in facts().iter().filter(|fact| fact.name.starts_with('D')) {
        let conversations = fact.conversations();
        if conversations.is_empty() || fact.shown.starts_with("Shown, alike, in ") {
            continue;
        }
        let differs =
            |path: &PathBuf| load(path).turns.iter().any(|turn| !turn.variants.is_empty());
        assert!(conversations.iter().any(differs), "{}: all servers answer alike", fact.name);
    }
}
