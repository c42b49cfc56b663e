use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{LoggedCase, LoggedOutcome, LoggedViolation, read_log, write};
use crate::compare::compare;
use crate::conversation::{Conversation, ServerName};
use crate::report::Outcome;

const RECORDED: &str = r#"# Should deliver
# recorded from redis 8.0.2, valkey 8.1.1

sub> SUBSCRIBE a
sub< ["subscribe" "a" 1]

pub> PUBLISH a "\xff\x00</script>"
pub< 1
sub< ["message" "a" "\xff\x00</script>"]
on valkey-8.1
  pub< 7
end

sub> QUIT
sub< +OK
sub< closed
"#;

fn case(name: &str, outcome: LoggedOutcome) -> LoggedCase {
    LoggedCase {
        name: name.to_owned(),
        subject: "delivery".to_owned(),
        title: "Should deliver".to_owned(),
        rerun: "cargo test".to_owned(),
        backend: "embedded".to_owned(),
        server: "redis 8.0.2, imitated".to_owned(),
        profile: "redis-8.0".to_owned(),
        seconds: 0.25,
        outcome,
    }
}

fn broken(file: &str, changed: &str) -> (LoggedOutcome, Vec<crate::compare::Violation>) {
    let recording = Conversation::parse(RECORDED, file).expect("well formed");
    let observed = Conversation::parse(changed, "observed").expect("well formed");
    let violations = compare(&recording, &observed, &ServerName::new("redis-8.0"));
    assert!(!violations.is_empty());
    let outcome = LoggedOutcome::Broken {
        violations: violations.iter().map(LoggedViolation::from).collect(),
        file: file.to_owned(),
        recording: recording.to_string(),
    };
    (outcome, violations)
}

fn log(folder: &Path, cases: &[LoggedCase]) {
    cases.iter().for_each(|case| write(folder, case).expect("a temporary folder"));
}

#[test]
fn should_give_back_every_violation() {
    for (from, to) in [
        (r"pub< 1", "pub< 2"),
        (
            r#"sub< ["message" "a" "\xff\x00</script>"]"#,
            r#"sub< ["message" "a" "\xff\x01</script>"]"#,
        ),
        ("sub< closed", ""),
        ("sub> QUIT", "sub> QUIT now"),
    ] {
        let folder = TempDir::new().unwrap();
        let (outcome, violations) = broken("tests/a.twin", &RECORDED.replacen(from, to, 1));
        log(folder.path(), &[case("a", LoggedOutcome::Started), case("a", outcome)]);
        let logged = read_log(folder.path()).unwrap();
        assert_eq!(logged.outcomes.len(), 1, "what was written last counts");
        let Outcome::Broken { violations: read, recording } = &logged.outcomes[0].0 else {
            panic!("{:?}", logged.outcomes);
        };
        assert_eq!(*read, violations);
        assert_eq!(read[0].place.to_string(), violations[0].place.to_string());
        assert!(recording.turns.iter().all(|turn| turn.variants.is_empty()));
    }
}

#[test]
fn should_name_a_case_whose_process_was_killed() {
    let folder = TempDir::new().unwrap();
    log(folder.path(), &[case("a", LoggedOutcome::Held), case("b", LoggedOutcome::Started)]);
    // The process was killed while it wrote.
    let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}{}", &text[..40])).unwrap();
    let logged = read_log(folder.path()).unwrap();
    assert_eq!((&*logged.run.backend, logged.run.cases.len()), ("embedded", 2));
    assert!(matches!(logged.outcomes[0].0, Outcome::Held));
    assert!(matches!(logged.outcomes[1].0, Outcome::Unjudged(_)));
}

#[test]
fn should_say_how_to_write_a_log_if_there_is_none() {
    let folder = TempDir::new().unwrap();
    let error = read_log(folder.path()).unwrap_err().to_string();
    assert!(error.contains("run the tests with TWINCAST_CASES="), "{error}");
    fs::write(folder.path().join("1.jsonl"), "{}\n").unwrap();
    let error = read_log(folder.path()).unwrap_err().to_string();
    assert!(error.contains("1.jsonl:1: missing field"), "{error}");
}
