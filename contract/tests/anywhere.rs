//! The built program in a folder that has no conversations: it plays those inside of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::ScriptedServer;
use crate::support::program::{repository, stderr, stdout, twincast};
use redis::TypedCommands;
use tempfile::TempDir;
use twincast_embedded::EmbeddedRedis;

const HELD: &str = "# Should answer PING\n# recorded from redis 8.0.2\n\na> PING\na< +PONG\n";

#[test]
fn should_play_its_own_conversations_where_there_are_none() {
    let nowhere = TempDir::new().unwrap();
    let output = twincast(nowhere.path(), &["verify", "--case", "patterns", "--report", "json=j"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(" of twincast 0."), "{}", stderr(&output));
    // Both kinds are inside: what was recorded from scenarios, and what was written by hand.
    for subject in [" recordings/patterns", " conversations/patterns"] {
        assert!(stdout(&output).contains(subject), "{}", stdout(&output));
    }
    let report = fs::read_to_string(nowhere.path().join("j")).unwrap();
    let first: serde_json::Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    assert!(first["corpus"].as_str().unwrap().starts_with("twincast 0."), "{first}");
}

#[test]
fn should_find_its_own_conversations_by_name() {
    let nowhere = TempDir::new().unwrap();
    let one = "conversations/patterns/should_deliver_once_per_matching_pattern";
    for (words, held) in [
        (&[one][..], "1 held, 0 broken"),
        (&[&format!("tests/{one}.twin")], "1 held, 0 broken"),
        // The name of another conversation begins with this one's; it is not meant.
        (&["conversations/patterns", one], " held, 0 broken"),
    ] {
        let output = twincast(nowhere.path(), &[&["verify"], words].concat());
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", stderr(&output));
        assert!(stdout(&output).contains(held), "{words:?}: {}", stdout(&output));
    }
    for (words, part) in [
        (&["verify", "conversations/nothing"][..], "conversations/nothing does not exist"),
        (&["verify", "conversations/patterns/should_deliver"], "should_deliver does not exist"),
        // The program cannot be changed, so its own conversations are not recorded.
        (&["record", "--against", "process:none"], "has tests/conversations: name the files"),
        (&["record", "conversations/patterns"], "conversations/patterns does not exist"),
    ] {
        let output = twincast(nowhere.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(stderr(&output).contains(part), "{words:?}: {}", stderr(&output));
    }
}

#[test]
fn should_prefer_files_on_disk() {
    let root = repository(&[("should_answer", HELD)]);
    for words in [&["verify"][..], &["verify", "tests/conversations"]] {
        let output = twincast(root.path(), words);
        assert!(stdout(&output).contains("1 held, 0 broken"), "{}", stdout(&output));
        assert!(!stderr(&output).contains(" of twincast"), "{}", stderr(&output));
    }
    // The ones inside the program are still there, by their names.
    let output = twincast(root.path(), &["verify", "conversations/patterns"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains(" conversations/patterns"), "{}", stdout(&output));
}

#[test]
fn should_excuse_its_own_conversations_by_its_own_ledger() {
    let ledger = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/ledger");
    let ledger = fs::read_to_string(ledger).unwrap();
    let declared = ledger.lines().find(|line| line.starts_with("conversations/")).unwrap();
    let folder = declared.rsplit_once('/').unwrap().0;
    let nowhere = TempDir::new().unwrap();
    let output = twincast(nowhere.path(), &["verify", folder]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("(tests/ledger:"), "{}", stdout(&output));
}

#[test]
fn should_repeat_a_violation_where_there_are_no_files() {
    let nowhere = TempDir::new().unwrap();
    // This server takes every pattern for `*`, so it delivers too much.
    let server = format!("redis://{}", ScriptedServer::redis().address);
    let case = "should_deliver_once_per_matching_pattern";
    let output = twincast(nowhere.path(), &["verify", "--against", &server, "--case", case]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let place = format!("place   tests/conversations/patterns/{case}.twin:");
    assert!(stderr(&output).contains(&place), "{}", stderr(&output));
    let report = stderr(&output);
    let again = report.lines().filter_map(|line| line.trim().strip_prefix("again   ")).next_back();
    let again = again.unwrap().strip_prefix("twincast ").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(again.split(' ')).current_dir(&nowhere).env_remove("CLICOLOR_FORCE");
    let again = command.output().unwrap();
    assert_eq!(again.status.code(), Some(1), "{}", stderr(&again));
    assert!(stdout(&again).contains("1 broken"), "{}", stdout(&again));
}

#[test]
fn should_print_the_differences_anywhere() {
    let nowhere = TempDir::new().unwrap();
    let output = twincast(nowhere.path(), &["differences"]);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let there = twincast(repository, &["differences"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output) == stdout(&there));
}

#[test]
fn should_empty_a_server_only_if_it_has_no_other_users() {
    let nowhere = TempDir::new().unwrap();
    let server = EmbeddedRedis::start().unwrap();
    let mut client = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    client.set("mine", "kept").unwrap();
    let limit = "hash-max-listpack-entries";
    drop(client);

    let url = server.url();
    let words = ["verify", "--against", &url, "conversations/hashes"];
    let output = twincast(nowhere.path(), &words);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let mut client = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    assert_eq!(client.get("mine").unwrap().as_deref(), Some("kept"));
    drop(client);

    let output = twincast(nowhere.path(), &[&words[..], &["--own"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let mut client = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    assert_eq!(client.get("mine").unwrap(), None);
    let settings: Vec<String> =
        redis::cmd("CONFIG").arg(&["GET", limit]).query(&mut client).unwrap();
    assert_eq!(settings, [limit, "512"]);

    let output = twincast(nowhere.path(), &["verify", "--own"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--own is for a server at a URL"), "{}", stderr(&output));
}
