use std::io;
use std::sync::Arc;

use super::entry::{Entry, Pattern};
use crate::backend::BackendKind;
use crate::compare::ViolationKind;
use crate::conversation::{Place, ServerName};

/// A file that cannot be read as a ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be read.
    #[error("cannot read {file}: {reason}")]
    Read {
        /// The file.
        file: String,
        /// The cause.
        reason: io::Error,
    },
    /// A line is malformed, or an entry is incomplete.
    #[error("{place}: {problem}")]
    Parse {
        /// The line.
        place: Place,
        /// The problem, and what to write instead.
        problem: String,
    },
}

/// An entry whose lines are still being read.
#[derive(Default)]
struct Draft {
    place: Place,
    conversations: Vec<Pattern>,
    on: Option<(BackendKind, Vec<ServerName>)>,
    kinds: Vec<ViolationKind>,
    reason: String,
}

pub(super) fn parse(text: &str, file: &str) -> Result<Vec<Arc<Entry>>, LedgerError> {
    let file: Arc<str> = file.into();
    let mut entries = Vec::new();
    let mut draft: Option<Draft> = None;
    for (line, number) in whole_lines(text) {
        let place = Place { file: Arc::clone(&file), line: number };
        if line.trim().is_empty() {
            if let Some(draft) = draft.take() {
                entries.push(Arc::new(draft.finish()?));
            }
            continue;
        }
        let draft = draft.get_or_insert_with(|| Draft { place: place.clone(), ..Draft::default() });
        draft.take(&line).map_err(|problem| LedgerError::Parse { place, problem })?;
    }
    Ok(entries)
}

/// Lines joined with their continuation lines, without remarks. An empty line ends the last
/// paragraph.
fn whole_lines(text: &str) -> Vec<(String, u32)> {
    let mut lines: Vec<(String, u32)> = Vec::new();
    for (line, number) in text.lines().chain([""]).zip(1..) {
        match lines.last_mut() {
            Some((last, _)) if line.starts_with(' ') && !last.is_empty() => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ if line.starts_with('#') => {}
            _ => lines.push((line.trim_end().to_owned(), number)),
        }
    }
    lines
}

impl Draft {
    fn take(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            "" => return Err(
                "an indented line continues the line above, but there is none: remove the indent"
                    .to_owned(),
            ),
            "on" | "breaks" | "because" if rest.is_empty() => {
                return Err(format!("{word:?} has no value: write it on the same line"));
            }
            "on" if self.on.is_some() => {
                return Err("an entry names only one backend: write another entry for the second"
                    .to_owned());
            }
            "on" => {
                let mut words = rest.split_whitespace();
                let name = words.next().unwrap_or_default();
                let backend = BackendKind::named(name).ok_or_else(|| no_backend(name))?;
                self.on = Some((backend, words.map(ServerName::new).collect()));
            }
            "breaks" => {
                for name in rest.split(',').map(str::trim) {
                    let kind = ViolationKind::named(name).ok_or_else(|| no_kind(name))?;
                    self.kinds.push(kind);
                }
            }
            "because" => rest.clone_into(&mut self.reason),
            _ if !rest.is_empty() => {
                return Err(format!(
                    "{line:?} is not the name of a conversation and does not begin with on, breaks or because"
                ));
            }
            name => self.conversations.push(Pattern::new(name)),
        }
        Ok(())
    }

    fn finish(self) -> Result<Entry, LedgerError> {
        let Self { place, conversations, on, kinds, reason } = self;
        let missing = |what: &str| LedgerError::Parse {
            place: place.clone(),
            problem: format!("the entry does not say {what}"),
        };
        if conversations.is_empty() {
            return Err(missing("which conversations differ: begin it with their names"));
        }
        let (backend, servers) =
            on.ok_or_else(|| missing("which backend differs: add \"on embedded\""))?;
        if kinds.is_empty() {
            return Err(missing("how they differ: add \"breaks KIND, KIND\""));
        }
        if reason.is_empty() {
            return Err(missing("why: add \"because …\""));
        }
        Ok(Entry { place, conversations, backend, servers, kinds, reason })
    }
}

fn no_backend(name: &str) -> String {
    let all = BackendKind::ALL.map(BackendKind::name).join(", ");
    format!("{name:?} is not a backend: write one of {all}")
}

fn no_kind(name: &str) -> String {
    let all = ViolationKind::ALL.map(ViolationKind::name).join(", ");
    format!("{name:?} is not a kind of violation: write some of {all}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const GOOD: &str = "\
# Known differences.

conversations/scripts/*
conversations/own/should_be_busy
on embedded redis-8.0 valkey-8.1
breaks different error, dropped message
because it runs no scripts:
  an interpreter is too much for a fake

conversations/x
on remote
breaks missing answer
because it is slow
";

    #[test]
    fn should_read_entries_with_their_places() {
        let entries = parse(GOOD, "tests/ledger").expect("well formed");
        let [scripts, slow] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!(scripts.place.to_string(), "tests/ledger:3");
        assert_eq!(scripts.conversations.len(), 2);
        assert_eq!(scripts.servers, ["redis-8.0", "valkey-8.1"].map(ServerName::new));
        assert_eq!(scripts.kinds, [ViolationKind::DifferentError, ViolationKind::Dropped]);
        assert_eq!(scripts.reason, "it runs no scripts: an interpreter is too much for a fake");
        let remote = BackendKind::Remote;
        assert_eq!((slow.place.line, slow.backend, slow.servers.len()), (10, remote, 0));
        assert!(parse("# nothing yet\n", "tests/ledger").expect("well formed").is_empty());
    }

    #[rstest]
    #[case("x\non embedded\nbreaks wrong sum\nbecause y", 3, "\"wrong sum\" is not a kind")]
    #[case("x\non embedded\nbreaks wrong count", 1, "does not say why")]
    #[case("\nx\non embedded\nbecause y", 2, "how they differ")]
    #[case("x\nbreaks wrong count\nbecause y", 1, "which backend")]
    #[case("on embedded\nbreaks wrong count\nbecause y", 1, "which conversations")]
    #[case(
        "x y\non embedded",
        1,
        "\"x y\" is not the name of a conversation and does not begin with"
    )]
    #[case("x\non embedded\non remote", 3, "names only one backend")]
    #[case(
        "x\non fakeredis",
        2,
        "\"fakeredis\" is not a backend: write one of embedded, container"
    )]
    #[case("x\nbecause", 2, "\"because\" has no value")]
    #[case("\n  y", 2, "an indented line continues the line above, but there is none")]
    #[case("x\non embedded\nbreaks wrong count,\n  wrong sum\nbecause y", 3, "wrong sum")]
    fn should_name_the_line_with_the_fault(
        #[case] text: &str,
        #[case] line: u32,
        #[case] problem: &str,
    ) {
        let error = parse(text, "tests/ledger").expect_err("not well formed").to_string();
        assert!(error.starts_with(&format!("tests/ledger:{line}: ")), "{error}");
        assert!(error.contains(problem), "{error}");
    }
}
