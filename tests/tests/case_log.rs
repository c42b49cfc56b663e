//! A run that sets `TWINCAST_CASES` has a log of its cases: one file for each process.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// Runs one test of this program in a process of its own, and returns the lines of its log.
fn log_of(test: &str) -> Vec<String> {
    let folder = TempDir::new().expect("a temporary folder");
    let mut cases = Command::new(std::env::current_exe().expect("this program"));
    cases.args(["--exact", test]).env("TWINCAST_PROFILE", "redis-8.10");
    cases.env("TWINCAST_CASES", folder.path().join("log"));
    let output = cases.output().expect("this program runs");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("1 passed"), "{test} is no test, or it failed: {shown}");
    let files = fs::read_dir(folder.path().join("log")).expect("a log");
    let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"));
    let texts: Vec<String> = texts.collect();
    assert_eq!(texts.len(), 1, "one process has one file");
    texts[0].lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_parts(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
}

#[test]
fn should_log_a_case_that_holds() {
    let log = log_of("wrong_code::should_read_one_of_three::embedded");
    assert_eq!(log.len(), 2, "{log:?}");
    assert_parts(&log[0], &[r#""outcome":"started""#, r#""subject":"wrong_code""#]);
    assert_parts(
        &log[1],
        &[
            r#""outcome":"held""#,
            r#""name":"wrong_code/should_read_one_of_three@embedded""#,
            r#""title":"Should read one of three""#,
            r#""server":"redis "#,
        ],
    );
}

#[test]
fn should_log_the_violations_of_a_case() {
    // This test makes a case fail, and passes.
    let log = log_of("wrong_code::should_report_a_fault_that_the_code_does_not_see");
    assert_eq!(log.len(), 2, "{log:?}");
    assert_parts(
        &log[1],
        &[
            r#""outcome":{"broken":"#,
            r#""kind":"dropped message""#,
            r#""file":"tests/recordings/wrong_code/should_read_one_of_three.twin""#,
            "# recorded from redis",
        ],
    );
}

#[test]
fn should_log_why_a_case_failed() {
    let log = log_of("wrong_code::should_report_an_error_of_the_code_where_it_is_passed_on");
    assert_parts(&log[1], &[r#""outcome":{"failed":"#, "invalid digit found in string"]);
}
