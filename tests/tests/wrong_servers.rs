//! The contract itself is tested: a tap injects one fault into the connections of a correct server,
//! and the report must name the right violation in the right place.
//!
//! - messages: dropped, duplicated, swapped, corrupted, unexpected
//! - subscriptions: a message after UNSUBSCRIBE, a confirmation lost or late
//! - answers: a wrong count, a push as an array, a pmessage before its message, a PONG too early
//! - connections: closed early, cut, stalled
//! - no fault of the server: a slow connection, bytes that arrive one by one

use std::time::Duration;

use rstest::rstest;
use twincast::{
    backend::Spec,
    compare::{Violation, ViolationKind, compare, normalize},
    conversation::Conversation,
    replay::{DEADLINE, Replay},
    tap::{Direction, Fault, Tap, fault::Throttle},
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The connection with the fault. The tap numbers connections in the order of their first bytes.
const FIRST: &str = "door";
const SECOND: &str = "door#2";

const SUBSCRIBED: &str = "sub> SUBSCRIBE events\n\n";
/// The length of the reply to SUBSCRIBE.
const CONFIRMED: usize = b"*3\r\n$9\r\nsubscribe\r\n$6\r\nevents\r\n:1\r\n".len();
const GREETED: &str = "sub> HELLO 3\n\nsub> SUBSCRIBE events\n\n";
const BOTH: &str = "sub> SUBSCRIBE events\nsub> PSUBSCRIBE e*\n\n";
const UNSUBSCRIBED: &str = "sub> UNSUBSCRIBE events\n\n";
const PINGED: &str = "sub> PING fence\n\n";

#[rstest]
#[case::every_100th_message_dropped(
    SUBSCRIBED.to_owned() + &published(1..=200),
    FIRST, Fault::DropEvery(100),
    &[(ViolationKind::Dropped, r#"sub< ["message" "events" "100"]"#),
      (ViolationKind::Dropped, r#"sub< ["message" "events" "200"]"#)],
)]
#[case::one_message_duplicated(
    SUBSCRIBED.to_owned() + &published(1..=3),
    FIRST, Fault::Duplicate(2),
    &[(ViolationKind::Duplicated, r#"sub< ["message" "events" "2"]"#)],
)]
#[case::two_messages_swapped(
    SUBSCRIBED.to_owned() + &published(1..=4),
    FIRST, Fault::Swap(2),
    &[(ViolationKind::Reordered, r#"sub< ["message" "events" "2"]"#)],
)]
#[case::a_byte_flipped_above_64_kib(
    SUBSCRIBED.to_owned() + "pub> PUBLISH events \"a\"*70000\n",
    FIRST, Fault::FlipBit { byte: 65_536 },
    &[(ViolationKind::Corrupted, r#"sub< ["message" "events" "a"*70000]"#)],
)]
#[case::star_matching_the_empty_channel(
    "sub> PSUBSCRIBE *\n\npub> PUBLISH \"\" event\n".to_owned(),
    FIRST, Fault::UnexpectedMessage,
    &[(ViolationKind::Unexpected, r#"sub< ["psubscribe" "*" 1]"#)],
)]
#[case::a_message_after_unsubscribe(
    SUBSCRIBED.to_owned() + &published(1..=2) + UNSUBSCRIBED + PINGED,
    FIRST, Fault::MessageAfterUnsubscribe,
    &[(ViolationKind::AfterUnsubscribe, r#"sub< ["unsubscribe" "events" 0]"#)],
)]
#[case::a_confirmation_lost(
    SUBSCRIBED.to_owned() + &published(1..=2),
    FIRST, Fault::DropConfirmation(1),
    &[(ViolationKind::MissingConfirmation, r#"sub< ["subscribe" "events" 1]"#)],
)]
#[case::a_confirmation_after_its_first_message(
    SUBSCRIBED.to_owned() + &published(1..=2),
    FIRST, Fault::DelayConfirmation(1),
    &[(ViolationKind::LateConfirmation, r#"sub< ["subscribe" "events" 1]"#)],
)]
#[case::a_wrong_count(
    SUBSCRIBED.to_owned() + &published(1..=1),
    SECOND, Fault::WrongCount(1),
    &[(ViolationKind::WrongCount, "pub< 1")],
)]
#[case::a_push_as_an_array(
    GREETED.to_owned() + &published(1..=1),
    FIRST, Fault::PushAsArray,
    &[(ViolationKind::WrongType, r#"sub< >["subscribe" "events" 1]"#)],
)]
#[case::a_pmessage_before_its_message(
    BOTH.to_owned() + &published(1..=1),
    FIRST, Fault::PatternBeforeChannel,
    &[(ViolationKind::PatternBeforeChannel, r#"sub< ["message" "events" "1"]"#)],
)]
#[case::a_pong_overtaking_a_message(
    SUBSCRIBED.to_owned() + &published(1..=1) + PINGED,
    FIRST, Fault::PongOvertakes(1),
    &[(ViolationKind::PongOvertook, r#"sub< ["message" "events" "1"]"#)],
)]
#[case::a_connection_closed_early(
    BOTH.to_owned() + &published(1..=1),
    FIRST, Fault::CloseAfter(3),
    &[(ViolationKind::ClosedEarly, r#"sub< ["pmessage" "e*" "events" "1"]"#)],
)]
#[case::a_connection_cut_in_the_middle_of_a_frame(
    SUBSCRIBED.to_owned() + &published(1..=1),
    FIRST, Fault::Cut(Direction::Answers, CONFIRMED + 10),
    // One fault gives one violation: the part of the frame that arrived is reported with the close.
    &[(ViolationKind::ClosedEarly, r#"sub< ["message" "events" "1"]"#)],
)]
#[case::a_connection_that_stalls(
    SUBSCRIBED.to_owned() + PINGED,
    FIRST, Fault::Stall(Direction::Answers, CONFIRMED),
    &[(ViolationKind::Missing, r#"sub< ["pong" "fence"]"#)],
)]
#[tokio::test]
async fn should_report_a_server_with(
    #[case] script: String,
    #[case] connection: &str,
    #[case] fault: Fault,
    #[case] expected: &[(ViolationKind, &str)],
) -> Outcome {
    let (good, violations) = judge(&script, connection, fault).await?;

    let lines: Vec<_> = good.lines().collect();
    let reported: Vec<_> = violations
        .iter()
        .map(|violation| (violation.kind, lines[violation.place.line as usize - 1]))
        .collect();
    assert_eq!(reported, expected);
    Ok(())
}

#[rstest]
#[case::a_slow_line(Fault::Slow(
    Direction::Answers,
    Throttle { chunk: 7, pause: Duration::from_millis(1) },
))]
#[case::slow_requests(Fault::Slow(
    Direction::Requests,
    Throttle { chunk: 7, pause: Duration::from_millis(1) },
))]
#[case::answers_in_single_bytes(Fault::Split(Direction::Answers))]
#[case::requests_in_single_bytes(Fault::Split(Direction::Requests))]
#[tokio::test]
async fn should_not_blame_a_server_for(#[case] fault: Fault) -> Outcome {
    let script = SUBSCRIBED.to_owned() + &published(1..=3) + PINGED;
    let (_, violations) = judge(&script, FIRST, fault).await?;
    assert_eq!(violations, []);
    Ok(())
}

/// The recording of the correct server, and the violations of the one with the fault.
async fn judge(
    script: &str,
    connection: &str,
    fault: Fault,
) -> Result<(String, Vec<Violation>), Box<dyn std::error::Error>> {
    // Only a stalled connection is waited for until the deadline.
    let deadline = match fault {
        Fault::Stall(..) => Duration::from_millis(500),
        _ => DEADLINE,
    };
    let server = Spec::default().start()?;
    let profile = server.identity().profile();

    let script = Conversation::parse(&format!("# A correct server\n\n{script}"), "script")?;
    let mut good = Replay::on(server.address()).record(&script).await?;
    normalize(&mut good);
    let text = good.to_string();
    let good = Conversation::parse(&text, "good")?;

    let tap = Tap::start(server.address())?;
    tap.inject(connection, fault);
    let replay = Replay::on(tap.listen(FIRST)?).deadline(deadline);
    let observed = replay.play(&good, &profile).await?;
    Ok((text, compare(&good, &observed, &profile)))
}

/// A PUBLISH of each number.
fn published(numbers: std::ops::RangeInclusive<u32>) -> String {
    numbers.map(|n| format!("pub> PUBLISH events {n}\n\n")).collect()
}
