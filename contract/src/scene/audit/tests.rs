use rstest::rstest;

use super::*;

/// Two publishers and two subscribers on a correct server.
const GOOD: &str = r#"# Good

alice> SUBSCRIBE events
alice< ["subscribe" "events" 1]

bob> SUBSCRIBE events
bob< ["subscribe" "events" 1]

one> PUBLISH events a
one> PUBLISH events b
two> PUBLISH events x
alice< ["message" "events" "a"]
alice< ["message" "events" "x"]
alice< ["message" "events" "b"]
bob< ["message" "events" "a"]
bob< ["message" "events" "x"]
bob< ["message" "events" "b"]
one< 2
one< 2
two< 2

alice> PING fence
alice< ["pong" "fence"]

bob> PING fence
bob< ["pong" "fence"]
"#;

fn violations(text: &str) -> Vec<Violation> {
    audit(&Conversation::parse(text, "text").unwrap(), "A promise")
}

#[test]
fn should_find_no_violation_on_a_correct_server() {
    assert_eq!(violations(GOOD), []);
}

#[rstest]
#[case::a_message_lost(r#"bob< ["message" "events" "x"]"#, "", &[ViolationKind::WrongCount, ViolationKind::Dropped])]
#[case::a_message_doubled(
    r#"bob< ["message" "events" "x"]"#,
    "bob< [\"message\" \"events\" \"x\"]\nbob< [\"message\" \"events\" \"x\"]",
    &[ViolationKind::WrongCount, ViolationKind::Duplicated],
)]
#[case::a_message_changed(
    r#"bob< ["message" "events" "x"]"#,
    r#"bob< ["message" "events" "y"]"#,
    &[ViolationKind::Corrupted, ViolationKind::Dropped],
)]
#[case::a_publisher_out_of_order(
    "bob< [\"message\" \"events\" \"a\"]\nbob< [\"message\" \"events\" \"x\"]\nbob< [\"message\" \"events\" \"b\"]",
    "bob< [\"message\" \"events\" \"b\"]\nbob< [\"message\" \"events\" \"x\"]\nbob< [\"message\" \"events\" \"a\"]",
    &[ViolationKind::Reordered, ViolationKind::Reordered],
)]
#[case::two_orders_for_two_subscribers(
    "bob< [\"message\" \"events\" \"a\"]\nbob< [\"message\" \"events\" \"x\"]",
    "bob< [\"message\" \"events\" \"x\"]\nbob< [\"message\" \"events\" \"a\"]",
    &[ViolationKind::Reordered],
)]
#[case::a_wrong_count("two< 2", "two< 3", &[ViolationKind::WrongCount])]
#[case::a_publish_unanswered("two< 2\n", "", &[ViolationKind::Missing, ViolationKind::WrongCount])]
#[case::a_ping_unanswered("bob< [\"pong\" \"fence\"]\n", "", &[ViolationKind::Missing])]
#[case::a_late_confirmation(r#"bob< ["subscribe" "events" 1]"#, "", &[ViolationKind::LateConfirmation; 3])]
fn should_find(#[case] good: &str, #[case] bad: &str, #[case] kinds: &[ViolationKind]) {
    assert!(GOOD.contains(good));
    let found: Vec<_> = violations(&GOOD.replace(good, bad)).iter().map(|v| v.kind).collect();
    assert_eq!(found, kinds);
}

#[test]
fn should_find_a_message_after_the_end_of_its_subscription() {
    let text = "# Late\n\nbob> SUBSCRIBE events\nbob< [\"subscribe\" \"events\" 1]\n\n\
                bob> UNSUBSCRIBE events\none> PUBLISH events a\n\
                bob< [\"unsubscribe\" \"events\" 0]\nbob< [\"message\" \"events\" \"a\"]\none< 1\n\n\
                bob> PING fence\nbob< [\"pong\" \"fence\"]\n";
    let kinds: Vec<_> = violations(text).iter().map(|violation| violation.kind).collect();
    assert_eq!(kinds, [ViolationKind::AfterUnsubscribe]);
}

#[test]
fn should_let_a_disconnected_subscriber_miss_only_the_end() {
    let cut = GOOD
        .replace("bob< [\"message\" \"events\" \"b\"]\n", "bob< closed\n")
        .replace("bob> PING fence\nbob< [\"pong\" \"fence\"]\n", "");
    assert_eq!(violations(&cut), []);

    let swapped =
        cut.replace("bob< [\"message\" \"events\" \"a\"]", "bob< [\"message\" \"events\" \"b\"]");
    assert_ne!(violations(&swapped), []);
}
