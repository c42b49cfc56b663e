//! `twincast record --cases`: the tests of a cargo project, on a real server, with what they record.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use twincast::report;

use super::BROKEN;

/// Runs the rows of real servers with `cargo test`, which prints the recordings that are new or have
/// changed. Then it names the recordings of cases that are gone.
pub(super) fn run(mut arguments: Vec<String>) -> Result<ExitCode> {
    if !arguments.iter().any(|it| it.starts_with("--features") || it == "--all-features") {
        arguments.push(format!("--features={}", features()));
    }
    let listed = cargo(&arguments, &["--list"]).stdout(Stdio::piped()).output();
    let listed = listed.context("cannot run cargo; run this command in a cargo project")?;
    if !listed.status.success() {
        bail!("cargo cannot build the tests of this project; see above");
    }
    let tests = String::from_utf8_lossy(&listed.stdout);
    let cases: Vec<Case> = tests.lines().filter_map(Case::parse).collect();
    if cases.is_empty() {
        bail!("no test of this project has a row for a real server; see #[twincast::every_server]");
    }
    let recorded = cargo(&arguments, &["::redis"]).env("TWINCAST_RECORD", "1").status();
    let recorded = recorded.context("cannot run cargo")?;

    let here = env::current_dir().context("cannot find the current folder")?;
    let stale =
        find_recordings(&here)?.into_iter().filter(|it| !cases.iter().any(|case| case.owns(it)));
    let stale: Vec<Recording> = stale.collect();
    for recording in &stale {
        let path = recording.path.strip_prefix(&here).unwrap_or(&recording.path);
        report::print_line(format_args!("stale    {}: no case has this name", path.display()));
    }
    report::print_line(format_args!(
        "{} on a real server; {} stale",
        report::counted(
            cases.iter().map(|it| it.name.clone()).collect::<BTreeSet<_>>().len(),
            "case"
        ),
        report::counted(stale.len(), "recording"),
    ));
    Ok(if recorded.success() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}

fn cargo(arguments: &[String], of_tests: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.arg("test").args(arguments).arg("--").args(of_tests);
    command
}

/// The feature of `twincast` that can start the server that the environment names.
fn features() -> &'static str {
    let named = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    match named("TWINCAST_REDIS_URL") || named("TWINCAST_REDIS_SERVER") {
        true => "twincast/redis",
        false => "twincast/container",
    }
}

/// A test of a real server, as cargo lists it.
#[derive(Debug)]
struct Case {
    /// The modules around it. A file in `tests/` has none.
    subject: String,
    name: String,
}

impl Case {
    /// `orders::tests::should_pay::redis: test`
    fn parse(line: &str) -> Option<Self> {
        let mut path: Vec<&str> = line.strip_suffix(": test")?.split("::").collect();
        let row = path.pop()?;
        if row != "redis" && !row.starts_with("redis_") {
            return None;
        }
        let name = path.pop()?.to_owned();
        if path.last() == Some(&"tests") {
            path.pop();
        }
        Some(Self { subject: path.join("/"), name })
    }

    fn owns(&self, recording: &Recording) -> bool {
        let of_client = |client| recording.name == format!("{}-{client}", self.name);
        let same = recording.name == self.name
            || ["resp2", "resp2-blocking", "resp3"].into_iter().any(of_client);
        same && (self.subject.is_empty() || self.subject == recording.subject)
    }
}

/// A file below a folder called `recordings`.
#[derive(Debug)]
struct Recording {
    subject: String,
    name: String,
    path: PathBuf,
}

fn find_recordings(folder: &Path) -> Result<Vec<Recording>> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), None::<PathBuf>)];
    while let Some((folder, base)) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let file_name = path.file_name().unwrap_or_default();
            if path.is_dir() {
                if file_name == "target" || file_name.to_string_lossy().starts_with('.') {
                    continue;
                }
                let own = (file_name == "recordings").then(|| path.clone());
                folders.push((path, base.clone().or(own)));
            } else if let Some(base) = &base
                && path.extension().is_some_and(|it| it == "twin")
            {
                let subject = folder.strip_prefix(base).unwrap_or(Path::new(""));
                let subject = subject.to_string_lossy().replace('\\', "/");
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                found.push(Recording { subject, name, path });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_know_the_recordings_of_each_case() {
        let list = "should_start::redis: test\nbus::should_stop::redis_resp3: test\n\
                    a::b::tests::should_go::redis: test\nbus::should_stop::embedded: test\nother: test\n";
        let cases: Vec<Case> = list.lines().filter_map(Case::parse).collect();
        assert_eq!(cases.len(), 3);
        let is_owned = |subject: &str, name: &str| {
            let (subject, name) = (subject.to_owned(), name.to_owned());
            let recording = Recording { subject, name, path: PathBuf::new() };
            cases.iter().any(|case| case.owns(&recording))
        };
        for (subject, name) in
            [("any_file", "should_start"), ("bus", "should_stop-resp3"), ("a/b", "should_go")]
        {
            assert!(is_owned(subject, name), "{subject}/{name}");
        }
        for (subject, name) in
            [("any_file", "should_start_late"), ("a", "should_go"), ("bus", "should_stop-resp9")]
        {
            assert!(!is_owned(subject, name), "{subject}/{name}");
        }
    }
}
