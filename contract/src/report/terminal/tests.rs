use std::sync::Arc;
use std::time::Duration;

use super::table::Table;
use crate::conversation::{Conversation, Place};
use crate::ledger::{Ledger, StaleEntry, StaleReason};
use crate::report::{Outcome, Summary};

const LEDGER: &str = "\
conversations/scripts/*
on embedded
breaks different error
because it runs no scripts
";

#[test]
fn should_print_every_outcome_and_stale_entries() {
    let ledger = Ledger::parse(LEDGER, "tests/ledger").unwrap();
    let broken = || Outcome::Broken { violations: Vec::new(), recording: Conversation::default() };
    let declared = || Outcome::Declared {
        violations: Vec::new(),
        entries: vec![Arc::clone(&ledger.entries[0])],
    };
    let reason = "it runs no scripts (tests/ledger:1)";
    let cases = [
        ("patterns", "should_match", Outcome::Held, None),
        ("patterns", "should_count", broken(), Some("wrong count and 1 more")),
        (
            "patterns",
            "should_read",
            Outcome::Failed(String::new()),
            Some("it is not a conversation"),
        ),
        (
            "patterns",
            "should_kill",
            Outcome::Ignored(String::new()),
            Some("CONFIG SET would affect other clients"),
        ),
        ("scripts", "should_run", declared(), Some(reason)),
        ("scripts", "should_stop", declared(), Some(reason)),
        ("scripts", "should_hold", Outcome::Held, None),
        ("streams", "should_wait", declared(), Some(reason)),
    ];
    let (mut table, mut summary) = (Table::default(), Summary::default());
    for (subject, case, outcome, note) in cases {
        summary.count(&outcome);
        let note = note.map(str::to_owned);
        let case = format!("{subject}/{case}");
        table.add(subject, &case, &outcome, note, Duration::from_millis(2));
    }
    let place = Place { file: "tests/ledger".into(), line: 1 };
    let reason = StaleReason::Holds("scripts/should_hold".to_owned());
    table.add_stale(StaleEntry { place, reason });
    summary.stale += 1;

    let took = Duration::from_millis(1234);
    let shown = [None, Some(60), Some(80), Some(160)].map(|columns| {
        let mut out = anstream::StripStream::new(Vec::new());
        table.write(&mut out, &summary, took, columns).unwrap();
        let text = String::from_utf8(out.into_inner()).unwrap();
        if let Some(columns) = columns {
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(columns), "{text}");
        }
        let head = columns.map_or("no terminal".to_owned(), |it| format!("{it} columns"));
        format!("{head}\n\n{text}")
    });
    insta::assert_snapshot!(shown.join("\n"));
}
