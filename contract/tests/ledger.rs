//! The built program with a ledger: declared differences do not fail a run, and stale entries do.

use std::fs;
use std::path::Path;

use crate::support::program::{repository, stderr, stdout, twincast};
use tempfile::TempDir;

const HELD: &str = "# Should answer PING\n# recorded from redis 8.0.2\n\na> PING\na< +PONG\n";
const BROKEN: &str = "# Should answer PING\n# recorded from redis 8.0.2\n\na> PING\na< +PING\n";
const COUNT: &str =
    "# Should count\n# recorded from redis 8.0.2\n\na> PUBLISH a b\na< 7\n\na> PING\na< +PING\n";

const BREAK: &str = "\
# One entry.

conversations/basics/should_break
on embedded
breaks different answer
because nobody needs it
";

fn declared(ledger: &str, conversations: &[(&str, &str)]) -> TempDir {
    let root = repository(conversations);
    write(root.path(), ledger);
    root
}

fn write(root: &Path, ledger: &str) {
    fs::write(root.join("tests/ledger"), ledger).unwrap();
}

#[test]
fn should_pass_with_declared_differences() {
    let root = declared(BREAK, &[("should_answer", HELD), ("should_break", BROKEN)]);
    let words = ["verify", "--report", "junit=j.xml", "--report", "json=j", "--report"];
    let output = twincast(root.path(), &[&words[..], &["markdown=m.md"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("expected"), "{}", stderr(&output));
    let note = "declared conversations/basics/should_break: nobody needs it (tests/ledger:3)";
    assert!(stdout(&output).contains(note), "{}", stdout(&output));
    assert!(stdout(&output).contains("1 held, 0 broken, 0 failed, 0 ignored, 1 declared, 0 stale"));

    let read = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    let junit = read("j.xml");
    assert!(junit.contains("failures=\"0\" errors=\"0\" skipped=\"1\""), "{junit}");
    let skipped = "<skipped message=\"declared: nobody needs it (tests/ledger:3)\"/>";
    assert!(junit.contains(skipped), "{junit}");
    let lines = read("j");
    let line: serde_json::Value = serde_json::from_str(lines.lines().nth(2).unwrap()).unwrap();
    assert_eq!(line["outcome"], "declared");
    assert_eq!(line["reason"], "nobody needs it (tests/ledger:3)");
    assert_eq!(line["violations"][0]["kind"], "different answer");
    assert!(read("m.md").contains("- declared `conversations/basics/should_break`"));
}

#[test]
fn should_not_hide_a_new_fault_behind_a_declared_one() {
    let root = declared(BREAK, &[("should_break", COUNT)]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("wrong count"), "{}", stderr(&output));
}

#[test]
fn should_fail_if_the_ledger_is_stale() {
    let root = declared(BREAK, &[("should_answer", HELD), ("should_break", HELD)]);
    let words = ["verify", "--report", "junit=j.xml", "--report", "json=j", "--report"];
    let words = [&words[..], &["markdown=m.md"]].concat();
    let output = twincast(root.path(), &words);
    assert_eq!(output.status.code(), Some(1));
    let holds = "tests/ledger:3: conversations/basics/should_break holds";
    assert!(stdout(&output).contains(&format!("stale    {holds}")), "{}", stdout(&output));
    assert!(stdout(&output).contains("1 stale"));
    let read = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    assert!(read("j.xml").contains("tests=\"3\" failures=\"1\""), "{}", read("j.xml"));
    assert!(read("j.xml").contains("name=\"tests/ledger:3\""), "{}", read("j.xml"));
    assert!(read("j").contains("\"event\":\"stale\""), "{}", read("j"));
    assert!(read("m.md").contains("## Stale in the ledger\n\n- `tests/ledger:3`: "));
    // It fails too if only that conversation is played.
    let output = twincast(root.path(), &["verify", "--case", "should_break"]);
    assert_eq!(output.status.code(), Some(1));

    write(root.path(), &BREAK.replace("should_break", "should_be_*"));
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let nothing = "tests/ledger:3: conversations/basics/should_be_* matches no conversation";
    assert!(stdout(&output).contains(nothing), "{}", stdout(&output));
    // A part of the corpus does not show whether the entry is stale.
    let output = twincast(root.path(), &["verify", "--case", "should_answer"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn should_name_the_line_of_a_ledger_that_cannot_be_read() {
    let root = declared(&BREAK.replace("answer", "reply"), &[("should_answer", HELD)]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("tests/ledger:5: \"different reply\" is not a kind of violation"),
        "{}",
        stderr(&output)
    );
    let output = twincast(root.path(), &["verify", "--ledger", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot read nowhere"), "{}", stderr(&output));
}

#[test]
fn should_read_the_ledger_of_the_command_line() {
    let root = declared("nonsense here", &[("should_break", BROKEN)]);
    fs::write(root.path().join("mine"), BREAK).unwrap();
    let output = twincast(root.path(), &["verify", "--ledger", "mine"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
