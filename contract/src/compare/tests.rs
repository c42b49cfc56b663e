use std::collections::BTreeSet;

use super::*;

/// A recording without faults: a channel, a pattern, a fence and an orderly end.
const GOOD: &str = r#"# Should deliver in order

sub> SUBSCRIBE a b
sub< ["subscribe" "a" 1]
sub< ["subscribe" "b" 2]

sub> PSUBSCRIBE *
sub< ["psubscribe" "*" 3]

pub> PUBLISH a '{"seq":1}'
pub< 2
sub< ["message" "a" '{"seq":1}']
sub< ["pmessage" "*" "a" '{"seq":1}']

pub> PUBLISH b '{"seq":2}'
pub< 2
sub< ["message" "b" '{"seq":2}']
sub< ["pmessage" "*" "b" '{"seq":2}']

sub> PING fence
sub< ["pong" "fence"]

sub> UNSUBSCRIBE a
sub< ["unsubscribe" "a" 2]

pub> PUBLISH a '{"seq":3}'
pub< 1
sub< ["pmessage" "*" "a" '{"seq":3}']

pub> NOSUCH
pub< -ERR unknown command 'NOSUCH', with args beginning with:

pub> ECHO hello
pub< "hello"

sub> QUIT
sub< +OK
sub< closed
"#;

fn parse(text: &str) -> Conversation {
    Conversation::parse(text, "good.twin").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn against(expected: &str, observed: &str) -> Vec<Violation> {
    compare(&parse(expected), &parse(observed), &ServerName::new("redis-8.0"))
}

/// The good conversation with some lines replaced. Each pair replaces the first line equal to its
/// key.
fn altered(changes: &[(&str, &str)]) -> String {
    let mut left = changes.to_vec();
    let mut lines = Vec::new();
    for line in GOOD.lines() {
        match left.iter().position(|(from, _)| *from == line) {
            // A removed line must not leave a blank one, which would end the turn.
            Some(change) => lines.extend(Some(left.remove(change).1).filter(|to| !to.is_empty())),
            None => lines.push(line),
        }
    }
    assert_eq!(left, [], "the good conversation does not have these lines");
    lines.join("\n") + "\n"
}

#[test]
fn a_conversation_has_no_violations_against_itself() {
    assert_eq!(against(GOOD, GOOD), []);
}

#[test]
fn each_fault_is_one_violation_of_the_right_kind_and_place() {
    let m2 = r#"sub< ["message" "b" '{"seq":2}']"#;
    let p2 = r#"sub< ["pmessage" "*" "b" '{"seq":2}']"#;
    let p3 = r#"sub< ["pmessage" "*" "a" '{"seq":3}']"#;
    let m1 = r#"sub< ["message" "a" '{"seq":1}']"#;
    let p1 = r#"sub< ["pmessage" "*" "a" '{"seq":1}']"#;
    let late = r#"sub< ["message" "a" '{"seq":3}']"#;
    let pong = r#"sub< ["pong" "fence"]"#;
    let bye = r#"sub< ["unsubscribe" "a" 2]"#;
    let error = "pub< -ERR unknown command 'NOSUCH', with args beginning with:";
    let rows: &[(&str, &[(&str, &str)])] = &[
        ("one message lost", &[(m2, "")]),
        ("two in a row lost", &[(m2, ""), (p2, "")]),
        ("one twice", &[(m1, &format!("{m1}\n{m1}"))]),
        ("two swapped", &[(p1, m2), (m2, p1)]),
        ("pmessage first", &[(m1, p1), (p1, m1)]),
        ("a byte flipped", &[(m2, r#"sub< ["message" "b" '{"seq":6}']"#)]),
        ("a payload cut short", &[(m2, r#"sub< ["message" "b" '{"seq":']"#)]),
        ("another channel", &[(m2, r#"sub< ["message" "c" '{"seq":2}']"#)]),
        ("push for array", &[(m2, r#"sub< >["message" "b" '{"seq":2}']"#)]),
        ("simple for bulk", &[("pub< \"hello\"", "pub< +hello")]),
        ("wrong number of receivers", &[("pub< 1", "pub< 2")]),
        ("wrong number in a confirmation", &[(bye, r#"sub< ["unsubscribe" "a" 1]"#)]),
        ("confirmation missing", &[(bye, "")]),
        ("message after unsubscribe", &[(p3, &format!("{late}\n{p3}"))]),
        ("message held until after unsubscribe", &[(m1, ""), (bye, &format!("{bye}\n{m1}"))]),
        (
            "message without a subscription",
            &[(p3, &format!("{p3}\nsub< [\"pmessage\" \"x*\" \"\" \"\"]"))],
        ),
        ("PONG overtakes", &[(p2, pong), (pong, p2)]),
        (
            "message before its confirmation",
            &[
                (m1, ""),
                (r#"sub< ["subscribe" "a" 1]"#, &format!("{m1}\nsub< [\"subscribe\" \"a\" 1]")),
            ],
        ),
        ("another error", &[(error, "pub< -ERR unknown command `NOSUCH`")]),
        ("no error at all", &[(error, "pub< +OK")]),
        ("no answer", &[("pub< \"hello\"", "")]),
        (
            "a frame before any other",
            &[(r#"sub< ["subscribe" "a" 1]"#, "sub< +HELLO\nsub< [\"subscribe\" \"a\" 1]")],
        ),
        ("an answer too many", &[("pub< \"hello\"", "pub< \"hello\"\npub< \"hello\"")]),
        (
            "closed too early",
            &[
                (p2, "sub< closed"),
                (pong, ""),
                (bye, ""),
                (p3, ""),
                ("sub< +OK", ""),
                ("sub< closed", ""),
            ],
        ),
        (
            "cut off within a frame",
            &[
                (p2, "sub< raw \"*4\\r\\n$8\\r\\npmes\"\nsub< closed"),
                (pong, ""),
                (bye, ""),
                (p3, ""),
                ("sub< +OK", ""),
                ("sub< closed", ""),
            ],
        ),
        ("an answer before its request", &[(p2, &format!("{p2}\n{pong}")), (pong, "")]),
        ("an answer in a later turn", &[(pong, ""), (bye, &format!("{pong}\n{bye}"))]),
        ("closed without being asked", &[("pub< \"hello\"", "pub< \"hello\"\npub< closed")]),
        ("never closed", &[("sub< closed", "")]),
        ("another request", &[("pub> ECHO hello", "pub> ECHO hallo")]),
        ("a request too many", &[("pub< \"hello\"", "pub< \"hello\"\npub> PING\npub< +PONG")]),
        (
            "a scenario that gave up waiting",
            &[
                (m2, ""),
                ("sub> PING fence", "sub> close"),
                (pong, ""),
                ("sub> UNSUBSCRIBE a", ""),
                (bye, ""),
                (p3, ""),
                ("sub> QUIT", ""),
                ("sub< +OK", ""),
            ],
        ),
        (
            "cut off, and back on another connection",
            &[
                (p2, "sub< closed"),
                ("sub> PING fence", "sub#2> SUBSCRIBE a b"),
                (pong, "sub#2< [\"subscribe\" \"a\" 1]"),
                ("sub> UNSUBSCRIBE a", ""),
                (bye, ""),
                (p3, ""),
                ("sub> QUIT", ""),
                ("sub< +OK", ""),
                ("sub< closed", ""),
            ],
        ),
        ("a scenario that stopped short", &[("pub> ECHO hello", ""), ("pub< \"hello\"", "")]),
    ];
    let mut report = String::new();
    let mut kinds = BTreeSet::new();
    for (what, changes) in rows {
        let server = ServerName::new("redis-8.0");
        let violations = compare_turns(&parse(GOOD), &parse(&altered(changes)), &server);
        report.push_str(&format!("{what}\n"));
        violations.iter().for_each(|violation| report.push_str(&format!("  {violation}\n")));
        kinds.extend(violations.iter().map(|violation| violation.kind));
    }
    assert_eq!(Vec::from_iter(kinds), ViolationKind::ALL, "the rows must show each kind");
    insta::assert_snapshot!(report, @r#"
one message lost
  dropped message at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got nothing
two in a row lost
  dropped message at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got nothing; and 1 more
one twice
  duplicated message at good.twin:12 on sub: expected nothing, got ["message" "a" '{"seq":1}']
two swapped
  reordered frames at good.twin:13 on sub: expected ["pmessage" "*" "a" '{"seq":1}'], got ["message" "b" '{"seq":2}']
pmessage first
  pmessage before message at good.twin:12 on sub: expected ["message" "a" '{"seq":1}'], got ["pmessage" "*" "a" '{"seq":1}']
a byte flipped
  corrupted message at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got ["message" "b" '{"seq":6}']; they differ at byte 7 of [2]: '{"seq":2}' and '{"seq":6}'
a payload cut short
  corrupted message at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got ["message" "b" '{"seq":']; they differ at byte 7 of [2]: '{"seq":2}' and '{"seq":', of 9 and 7 bytes
another channel
  corrupted message at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got ["message" "c" '{"seq":2}']; they differ at byte 0 of [1]: "b" and "c"
push for array
  wrong type at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got >["message" "b" '{"seq":2}']
simple for bulk
  wrong type at good.twin:34 on pub: expected "hello", got +hello
wrong number of receivers
  wrong count at good.twin:27 on pub: expected 1, got 2
wrong number in a confirmation
  wrong count at good.twin:24 on sub: expected ["unsubscribe" "a" 2], got ["unsubscribe" "a" 1]
confirmation missing
  missing confirmation at good.twin:24 on sub: expected ["unsubscribe" "a" 2], got nothing
message after unsubscribe
  message after unsubscribe at good.twin:24 on sub: expected nothing, got ["message" "a" '{"seq":3}']
message held until after unsubscribe
  message after unsubscribe at good.twin:12 on sub: expected ["message" "a" '{"seq":1}'], got ["unsubscribe" "a" 2]
message without a subscription
  unexpected frame at good.twin:28 on sub: expected nothing, got ["pmessage" "x*" "" ""]
PONG overtakes
  PONG overtook a message at good.twin:18 on sub: expected ["pmessage" "*" "b" '{"seq":2}'], got ["pong" "fence"]
message before its confirmation
  message before its confirmation at good.twin:4 on sub: expected ["subscribe" "a" 1], got ["message" "a" '{"seq":1}']
another error
  different error at good.twin:31 on pub: expected -ERR unknown command 'NOSUCH', with args beginning with:, got -ERR unknown command `NOSUCH`; they differ at byte 20: "own command 'NOSUCH', wi" and "own command `NOSUCH`", of 55 and 28 bytes
no error at all
  different answer at good.twin:31 on pub: expected -ERR unknown command 'NOSUCH', with args beginning with:, got +OK
no answer
  missing answer at good.twin:34 on pub: expected "hello", got nothing
a frame before any other
  unexpected frame at good.twin:3 on sub: expected nothing, got +HELLO
an answer too many
  unexpected frame at good.twin:34 on pub: expected nothing, got "hello"
closed too early
  closed early at good.twin:18 on sub: expected ["pmessage" "*" "b" '{"seq":2}'], got closed; and 4 more
cut off within a frame
  closed early at good.twin:18 on sub: expected ["pmessage" "*" "b" '{"seq":2}'], got raw "*4\r\n$8\r\npmes"; and 4 more
an answer before its request
  frame too early at good.twin:21 on sub: expected ["pong" "fence"], got ["pong" "fence"]
an answer in a later turn
  frame too late at good.twin:21 on sub: expected ["pong" "fence"], got nothing
closed without being asked
  closed early at good.twin:34 on pub: expected nothing, got closed
never closed
  still open at good.twin:38 on sub: expected closed, got nothing
another request
  stale recording at good.twin:33 on pub: expected pub> ECHO hello, sent pub> ECHO hallo
a request too many
  stale recording at good.twin:33 on pub: expected nothing, sent pub> PING
a scenario that gave up waiting
  dropped message at good.twin:17 on sub: expected ["message" "b" '{"seq":2}'], got nothing
cut off, and back on another connection
  closed early at good.twin:18 on sub: expected ["pmessage" "*" "b" '{"seq":2}'], got closed
a scenario that stopped short
  stale recording at good.twin:33 on pub: expected pub> ECHO hello, sent nothing
"#);
}

#[test]
fn masks_groups_and_variants_allow_what_they_describe() {
    let expected = r#"# t

sub> PSUBSCRIBE a* *b
any order
  sub< ["pmessage" "a*" "ab" "x"]
  sub< ["pmessage" "*b" "ab" "x"]
end

sub> UNSUBSCRIBE
any names
  sub< ["unsubscribe" "a" 2]
  sub< ["unsubscribe" "b" 1]
  sub< ["unsubscribe" "c" 0]
end

sub> CLIENT ID
sub< <int>

sub> NEW
sub< +OK
on redis-8.0
  sub< -ERR no
end
"#;
    let observed = r#"# t

sub> PSUBSCRIBE a* *b
sub< ["pmessage" "*b" "ab" "x"]
sub< ["pmessage" "a*" "ab" "x"]

sub> UNSUBSCRIBE
sub< ["unsubscribe" "c" 2]
sub< ["unsubscribe" "a" 1]
sub< ["unsubscribe" "b" 0]

sub> CLIENT ID
sub< 17

sub> NEW
sub< -ERR no
"#;
    assert_eq!(against(expected, observed), []);
    let counts = observed.replace("\"c\" 2", "\"c\" 0");
    let names = observed.replace("\"c\" 2", "\"d\" 2");
    let lost = observed.replace("sub< [\"pmessage\" \"a*\" \"ab\" \"x\"]\n", "");
    let report: Vec<String> = [counts, names, lost]
        .iter()
        .flat_map(|observed| against(expected, observed))
        .map(|violation| violation.to_string())
        .collect();
    insta::assert_snapshot!(report.join("\n"), @r#"
wrong count at good.twin:13 on sub: expected ["unsubscribe" "c" 2], got ["unsubscribe" "c" 0]
different answer at good.twin:13 on sub: expected ["unsubscribe" "c" 2], got ["unsubscribe" "d" 2]; they differ at byte 0 of [1]: "c" and "d"
dropped message at good.twin:5 on sub: expected ["pmessage" "a*" "ab" "x"], got nothing
"#);
}

#[test]
fn the_turns_of_received_frames_are_ignored() {
    let late = altered(&[
        (r#"sub< ["pmessage" "*" "a" '{"seq":1}']"#, ""),
        (
            r#"sub< ["message" "b" '{"seq":2}']"#,
            "sub< [\"pmessage\" \"*\" \"a\" '{\"seq\":1}']\nsub< [\"message\" \"b\" '{\"seq\":2}']",
        ),
    ]);
    assert_eq!(against(GOOD, &late), []);
}

#[test]
fn ten_thousand_frames_are_judged_one_by_one() {
    fn line(seq: usize) -> String {
        format!("sub< [\"message\" \"a\" '{{\"seq\":{seq}}}']\n")
    }
    let head = "# t\n\nsub> SUBSCRIBE a\nsub< [\"subscribe\" \"a\" 1]\n";
    let good: String = (0..10_000).map(line).collect();
    let expected = parse(&format!("{head}{good}"));
    type Fault = (&'static str, fn(usize) -> String);
    let faults: [Fault; 4] = [
        ("every 100th lost", |seq| if seq % 100 == 99 { String::new() } else { line(seq) }),
        ("neighbours swapped", |seq| line(if seq % 100 > 1 { seq } else { seq ^ 1 })),
        ("all pushes", |seq| line(seq).replace("sub< [", "sub< >[")),
        ("all other", |seq| line(seq + 1_000_000)),
    ];
    let mut report = String::new();
    for (what, fault) in faults {
        let observed: String = (0..10_000).map(fault).collect();
        let observed = parse(&format!("{head}{observed}"));
        let violations = compare(&expected, &observed, &ServerName::new("redis-8.0"));
        let first = violations.first().map(ToString::to_string).unwrap_or_default();
        report.push_str(&format!("{what}: {} of {first}\n", violations.len()));
    }
    insta::assert_snapshot!(report, @r#"
every 100th lost: 100 of dropped message at good.twin:104 on sub: expected ["message" "a" '{"seq":99}'], got nothing
neighbours swapped: 100 of reordered frames at good.twin:5 on sub: expected ["message" "a" '{"seq":0}'], got ["message" "a" '{"seq":1}']
all pushes: 1 of wrong type at good.twin:5 on sub: expected ["message" "a" '{"seq":0}'], got >["message" "a" '{"seq":0}']; and 9999 more
all other: 10000 of corrupted message at good.twin:5 on sub: expected ["message" "a" '{"seq":0}'], got ["message" "a" '{"seq":1000000}']; they differ at byte 7 of [2]: '{"seq":0}' and '{"seq":1000000}', of 9 and 15 bytes
"#);
}

#[test]
fn a_flipped_byte_of_a_large_payload_is_found() {
    let message = |payload: &str| format!("# t\n\nsub< [\"message\" \"a\" {payload}]\n");
    let violations = against(
        &message(r#"'{"fill":"' .. "x"*1048576 .. '"}'"#),
        &message(r#"'{"fill":"' .. "x"*70000 .. "y" .. "x"*978575 .. '"}'"#),
    );
    let report: Vec<String> = violations.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(report.join("\n"), @r#"
corrupted message at good.twin:3 on sub: expected ["message" "a" '{"fill":"' .. "x"*1048576 .. '"}'], got ["message" "a" '{"fill":"' .. "x"*70000 .. "y" .. "x"*978575 .. '"}']; they differ at byte 70009 of [2]: "xxxxxxxxxxxxxxxxxxxxxxxx" and "xxxxxxxxxxxxyxxxxxxxxxxx"
"#);
}
