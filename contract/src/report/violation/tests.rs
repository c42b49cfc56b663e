use std::collections::BTreeSet;

use super::ViolationDisplay;
use crate::compare::{ViolationKind, compare, compare_turns};
use crate::conversation::{Conversation, ServerName};

const RECORDED: &str = r#"# Should deliver to channels and patterns
# recorded from redis 8.0.2

sub> SUBSCRIBE news
sub< ["subscribe" "news" 1]

sub> PSUBSCRIBE n*
sub< ["psubscribe" "n*" 2]

pub> PUBLISH news "first\r\n"
pub< 2
sub< ["message" "news" "first\r\n"]
sub< ["pmessage" "n*" "news" "first\r\n"]

pub> PUBLISH news second
pub< 2
sub< ["message" "news" "second"]
sub< ["pmessage" "n*" "news" "second"]

sub> PING
sub< ["pong" ""]

sub> UNSUBSCRIBE news
sub< ["unsubscribe" "news" 1]

pub> NOSUCH
pub< -ERR unknown command 'NOSUCH', with args beginning with:

sub> QUIT
sub< +OK
sub< closed
"#;

/// Each kind of violation, and the changes of lines that cause it.
const ALTERED: &[(ViolationKind, &[(&str, &str)])] = &[
    (
        ViolationKind::Missing,
        &[("pub< -ERR unknown command 'NOSUCH', with args beginning with:", "")],
    ),
    (
        ViolationKind::Dropped,
        &[
            (r#"sub< ["message" "news" "second"]"#, ""),
            (r#"sub< ["pmessage" "n*" "news" "second"]"#, ""),
        ],
    ),
    (
        ViolationKind::Duplicated,
        &[(
            r#"sub< ["message" "news" "second"]"#,
            "sub< [\"message\" \"news\" \"second\"]\nsub< [\"message\" \"news\" \"second\"]",
        )],
    ),
    (
        ViolationKind::Reordered,
        &[
            (r#"sub< ["pmessage" "n*" "news" "first\r\n"]"#, r#"sub< ["message" "news" "second"]"#),
            (r#"sub< ["message" "news" "second"]"#, r#"sub< ["pmessage" "n*" "news" "first\r\n"]"#),
        ],
    ),
    (
        ViolationKind::PatternBeforeChannel,
        &[
            (r#"sub< ["message" "news" "second"]"#, r#"sub< ["pmessage" "n*" "news" "second"]"#),
            (r#"sub< ["pmessage" "n*" "news" "second"]"#, r#"sub< ["message" "news" "second"]"#),
        ],
    ),
    (
        ViolationKind::PongOvertook,
        &[
            (r#"sub< ["pmessage" "n*" "news" "second"]"#, r#"sub< ["pong" ""]"#),
            (r#"sub< ["pong" ""]"#, r#"sub< ["pmessage" "n*" "news" "second"]"#),
        ],
    ),
    (
        ViolationKind::LateConfirmation,
        &[
            (r#"sub< ["message" "news" "first\r\n"]"#, ""),
            (
                r#"sub< ["subscribe" "news" 1]"#,
                "sub< [\"message\" \"news\" \"first\\r\\n\"]\nsub< [\"subscribe\" \"news\" 1]",
            ),
        ],
    ),
    (ViolationKind::MissingConfirmation, &[(r#"sub< ["unsubscribe" "news" 1]"#, "")]),
    (
        ViolationKind::AfterUnsubscribe,
        &[(
            r#"sub< ["unsubscribe" "news" 1]"#,
            "sub< [\"unsubscribe\" \"news\" 1]\nsub< [\"message\" \"news\" \"third\"]",
        )],
    ),
    (
        ViolationKind::Corrupted,
        &[(r#"sub< ["message" "news" "first\r\n"]"#, r#"sub< ["message" "news" "first\n"]"#)],
    ),
    (ViolationKind::WrongCount, &[("pub< 2", "pub< 1")]),
    (
        ViolationKind::WrongType,
        &[(r#"sub< ["message" "news" "second"]"#, r#"sub< >["message" "news" "second"]"#)],
    ),
    (
        ViolationKind::DifferentError,
        &[(
            "pub< -ERR unknown command 'NOSUCH', with args beginning with:",
            "pub< -ERR unknown command `NOSUCH`",
        )],
    ),
    (
        ViolationKind::DifferentAnswer,
        &[("pub< -ERR unknown command 'NOSUCH', with args beginning with:", "pub< $-1")],
    ),
    (ViolationKind::Unexpected, &[("pub< 2", "pub< 2\nsub< [\"pmessage\" \"*\" \"\" \"nobody\"]")]),
    (
        ViolationKind::Early,
        &[
            (
                r#"sub< ["pmessage" "n*" "news" "second"]"#,
                "sub< [\"pmessage\" \"n*\" \"news\" \"second\"]\nsub< [\"pong\" \"\"]",
            ),
            (r#"sub< ["pong" ""]"#, ""),
        ],
    ),
    (
        ViolationKind::Late,
        &[
            (r#"sub< ["pong" ""]"#, ""),
            (
                r#"sub< ["unsubscribe" "news" 1]"#,
                "sub< [\"pong\" \"\"]\nsub< [\"unsubscribe\" \"news\" 1]",
            ),
        ],
    ),
    (
        ViolationKind::ClosedEarly,
        &[
            (r#"sub< ["pong" ""]"#, "sub< closed"),
            (r#"sub< ["unsubscribe" "news" 1]"#, ""),
            ("sub< +OK", ""),
            ("sub< closed", ""),
        ],
    ),
    (ViolationKind::StillOpen, &[("sub< closed", "")]),
    (ViolationKind::StaleRecording, &[("sub> PING", "sub> PING again")]),
];

fn parse(text: &str) -> Conversation {
    let file = "tests/recordings/patterns/should_deliver_to_channels_and_patterns-resp2.twin";
    Conversation::parse(text, file).expect("well formed")
}

fn altered(changes: &[(&str, &str)]) -> Conversation {
    let mut left = changes.to_vec();
    let mut lines = Vec::new();
    for line in RECORDED.lines() {
        match left.iter().position(|(from, _)| *from == line) {
            Some(change) => lines.extend(Some(left.remove(change).1).filter(|to| !to.is_empty())),
            None => lines.push(line),
        }
    }
    assert_eq!(left, [], "not lines of the recording");
    parse(&lines.join("\n"))
}

#[test]
fn should_show_every_kind_of_violation() {
    let (recording, server) = (parse(RECORDED), ServerName::new("redis-8.0"));
    let mut shown = String::new();
    for (kind, changes) in ALTERED {
        let violations = compare_turns(&recording, &altered(changes), &server);
        let kinds: Vec<ViolationKind> = violations.iter().map(|violation| violation.kind).collect();
        assert_eq!(kinds, [*kind]);
        let display = ViolationDisplay::new(&violations[0])
            .within(&recording, Some(&server))
            .rerun("just test should_deliver_to_channels_and_patterns");
        shown.push_str(&format!("{display}\n"));
    }
    insta::assert_snapshot!(shown);

    let kinds: BTreeSet<ViolationKind> = ALTERED.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ViolationKind::ALL.into_iter().collect(), "a kind is not shown");
}

#[test]
fn should_show_where_large_payloads_differ() {
    let payload: String = (0..100_000).map(|index| char::from(b'a' + (index % 23) as u8)).collect();
    let text = |payload: &str| format!("# Should be whole\n\na> ECHO x\na< \"{payload}\"\n");
    let mut other = payload.clone().into_bytes();
    other[70_000] = b'\t';
    let other = String::from_utf8(other).expect("ASCII").replace('\t', "\\t");
    let (recording, server) = (parse(&text(&payload)), ServerName::new("redis-8.0"));
    let violations = compare(&recording, &parse(&text(&other)), &server);
    let display =
        ViolationDisplay::new(&violations[0]).within(&recording, Some(&server)).to_string();
    assert!(display.contains("byte 70000 of 100000"), "{display}");
    assert!(display.lines().all(|line| line.chars().count() < 160), "{display}");
}

/// Long answers that differ in their middle only: expected, got, and what must be shown.
const LONG: &[(&str, &str, &[&str])] = &[
    (
        r#"["a-channel-with-a-name-of-forty-two-letters" 1 "another-channel-with-a-long-name-of" 2 "a-third-channel-with-a-name-of-letter" 3 "the-last-channel-of-the-four-" 4]"#,
        r#"["a-channel-with-a-name-of-forty-two-letters" 1 "another-channel-with-a-long-name-of" 7 "a-third-channel-with-a-name-of-letter" 3 "the-last-channel-of-the-four-" 4]"#,
        &["at      │ [3]\n", "│   2\n", "│   7\n"],
    ),
    (
        r#"{"server": "redis" "version": `<version>` "proto": 3 "id": <int> "mode": "standalone" "role": "master" "modules": ["a-module-with-a-long-name"]}"#,
        r#"{"server": "redis" "version": "8.0.2" "proto": 3 "id": 4 "mode": "standalone" "role": "replica" "modules": ["a-module-with-a-long-name"]}"#,
        &["at      │ [\"role\"]\n", "│   `master`\n", "│   `replica`\n"],
    ),
];

#[test]
fn should_show_what_differs_in_the_middle_of_a_long_answer() {
    for (expected, got, parts) in LONG {
        let text = |answer: &str| format!("# Should tell\n\na> ASK\na< {answer}\n");
        let (recording, server) = (parse(&text(expected)), ServerName::new("redis-8.0"));
        let violations = compare(&recording, &parse(&text(got)), &server);
        let display = ViolationDisplay::new(&violations[0]).within(&recording, Some(&server));
        let (display, brief) = (display.to_string(), violations[0].to_string());
        for part in *parts {
            assert!(display.contains(part), "{part:?} is missing in\n{display}");
        }
        let (_, brief) = brief.split_once("expected ").expect("both");
        let (expected, got) = brief.split_once(", got ").expect("both");
        assert_ne!(expected, got.split(';').next().unwrap_or_default());
    }
}

#[test]
fn should_fit_into_the_terminal() {
    let (recording, server) = (parse(RECORDED), ServerName::new("redis-8.0"));
    let words: Vec<String> = (0..40).map(|nth| format!("reason-{nth}")).collect();
    let long = format!("pub< -ERR {}", words.join(" "));
    let violations = compare(&recording, &altered(&[("pub< 2", &long)]), &server);
    for columns in [60, 80, 160] {
        let display = ViolationDisplay::new(&violations[0])
            .within(&recording, Some(&server))
            .columns(Some(columns))
            .to_string();
        let rows: Vec<&str> = display.lines().filter(|line| line.contains('│')).collect();
        let longest = rows.iter().map(|row| row.chars().count()).max();
        assert!(longest <= Some(columns), "{columns} columns:\n{display}");
        let got = rows.iter().find(|row| row.contains(" got ")).expect("the received line");
        assert!(got.contains("more …") && got.ends_with("-39"), "{got}");
    }
}
