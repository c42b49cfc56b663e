//! Names for values that the clients choose anew in every run: IDs, times, random keys.
//!
//! A recording contains the name `<uuid 1>` in place of the first UUID of the conversation, and in
//! every other place where the same UUID appears. So two runs are equal if they use their values in
//! the same places, and a server that mixes up two of them is still found out.
//!
//! `forms` finds the common forms, `numbers` tells times from other numbers, `names` gives the names,
//! and this module goes through a conversation.

mod forms;
mod names;
mod numbers;

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use regex_lite::Regex;

use crate::conversation::{ClientAction, Conversation, Expectation, Name, ServerEvent, Shape};
use crate::wire::Frame;
use forms::{Form, Found};
pub(crate) use names::Names;

/// Longer strings are left as they are: they are loads, and not messages.
const LONGEST: usize = 64 * 1024;

/// The forms of values that vary from run to run.
#[derive(Debug)]
pub struct Varying {
    /// The time of the run, since 1970.
    now: Duration,
    patterns: Vec<(String, Regex)>,
    /// Texts that vary, and what to write instead.
    literals: Vec<(String, String)>,
}

/// A pattern that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pattern of <{name}> is no regular expression: {reason}")]
pub struct PatternError {
    /// The name of the values.
    pub name: String,
    /// The fault of the pattern.
    pub reason: String,
}

impl Varying {
    /// The common forms, for a run at this time (since 1970).
    pub fn at(now: Duration) -> Self {
        Self { now, patterns: Vec::new(), literals: Vec::new() }
    }

    /// Adds a form: the values that match this regular expression are called `<name 1>`, `<name 2>`
    /// and so on. If the expression has a group, only the text of its first group varies.
    pub fn add(&mut self, name: &str, pattern: &str) -> Result<(), PatternError> {
        let failed = |error: regex_lite::Error| PatternError {
            name: name.into(),
            reason: error.to_string(),
        };
        self.patterns.push((name.to_owned(), Regex::new(pattern).map_err(failed)?));
        Ok(())
    }

    /// Adds a text that is written as this name.
    pub fn add_literal(&mut self, text: String, name: String) {
        self.literals.push((text, name));
    }

    /// Replaces all varying values of the conversation by their names.
    ///
    /// Names are given in an order that does not depend on the timing between connections: first in
    /// the requests, then in the answers, one connection after the other.
    pub fn bind(&self, conversation: &mut Conversation) {
        let mut names = conversation.connections();
        names.sort_by_cached_key(natural);
        let mut binder = Binder { varying: self, names: Names::default(), sent: HashSet::new() };
        for name in &names {
            for turn in &mut conversation.turns {
                for client_step in turn.client_steps.iter_mut().filter(|it| it.connection == *name)
                {
                    if let ClientAction::Request(words) = &mut client_step.action {
                        words.iter_mut().for_each(|word| binder.request(word));
                    }
                }
            }
        }
        for name in &names {
            for turn in &mut conversation.turns {
                for expectation in &mut turn.answer {
                    binder.answer(name, expectation);
                }
            }
        }
    }
}

/// Sorts `app#10` behind `app#9`.
fn natural(name: &Name) -> (String, usize) {
    match name.as_str().rsplit_once('#') {
        Some((name, number)) => (name.to_owned(), number.parse().unwrap_or(0)),
        None => (name.as_str().to_owned(), 1),
    }
}

struct Binder<'a> {
    varying: &'a Varying,
    names: Names,
    /// The times that clients sent.
    sent: HashSet<Vec<u8>>,
}

impl Binder<'_> {
    fn request(&mut self, word: &mut Bytes) {
        let found = self.varying.find(word);
        for it in found.iter().filter(|it| it.form == Form::Time) {
            self.sent.insert(word[it.range.clone()].to_vec());
        }
        self.names.replace(word, &found);
    }

    fn answer(&mut self, name: &Name, expectation: &mut Expectation) {
        let Expectation::One(server_step) = expectation else { return };
        if let ServerEvent::Frame(Shape::Exact(frame)) = &mut server_step.event
            && server_step.connection == *name
        {
            let taken = std::mem::replace(frame, Frame::Null);
            *frame = taken.map_text(&mut |mut text| {
                let mut found = self.varying.find(&text);
                // A time that no client sent is the server's, and may be a part of its promise.
                found.retain(|it| {
                    it.form != Form::Time || self.sent.contains(&text[it.range.clone()])
                });
                self.names.replace(&mut text, &found);
                text
            });
        }
    }
}

impl Varying {
    /// Names the values in a frame that a server sent just now: IDs, but no times, which may be a part
    /// of its promise.
    pub(crate) fn learn(&self, names: &mut Names, frame: Frame) -> Frame {
        frame.map_text(&mut |mut text| {
            let mut found = self.find(&text);
            found.retain(|it| it.form != Form::Time);
            names.replace(&mut text, &found);
            text
        })
    }

    /// The varying values of a text, in order and without overlaps. The case's own patterns come
    /// first.
    fn find<'a>(&'a self, text: &[u8]) -> Vec<Found<'a>> {
        if text.len() > LONGEST {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let Ok(text) = std::str::from_utf8(text) {
            for (name, pattern) in &self.patterns {
                for captures in pattern.captures_iter(text) {
                    let part = captures.get(1).or_else(|| captures.get(0));
                    found.extend(
                        part.filter(|it| !it.is_empty())
                            .map(|part| Found { range: part.range(), form: Form::Numbered(name) }),
                    );
                }
            }
            for (literal, name) in &self.literals {
                found.extend(text.match_indices(literal.as_str()).map(|(at, _)| Found {
                    range: at..at + literal.len(),
                    form: Form::Literal(name),
                }));
            }
        }
        found.extend(forms::find(text, self.now));
        // The sort is stable, so of two that begin together, the case's own is kept.
        found.sort_by_key(|it| it.range.start);
        let mut end = 0;
        found.retain(|it| {
            let is_free = it.range.start >= end;
            end = if is_free { it.range.end } else { end };
            is_free
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_796_000_000);

    fn bound(varying: &Varying, text: &str) -> String {
        let mut conversation = Conversation::parse(text, "t").unwrap();
        varying.bind(&mut conversation);
        conversation.to_string()
    }

    #[test]
    fn should_name_the_same_value_the_same_everywhere() {
        let [one, two] =
            ["67e55044-10b1-426f-9247-bb680e5fe0c8", "c9a646d3-9c61-4cc9-b3f1-3e2b1a1f7a66"];
        let text = format!(
            "# T\n\na> SET order:{one} {two}\na< +OK\n\nb> SUBSCRIBE {two}\nb< [\"subscribe\" \"{two}\" 1]\n"
        );
        let expected = "# T\n\na> SET \"order:<uuid 1>\" \"<uuid 2>\"\na< +OK\n\n\
                        b> SUBSCRIBE \"<uuid 2>\"\nb< [\"subscribe\" \"<uuid 2>\" 1]\n";
        assert_eq!(bound(&Varying::at(NOW), &text), expected);
        // The same conversation with other values, and another one in which a server mixes them up.
        let again = text.replace(one, "00000000-0000-4000-8000-000000000000");
        assert_eq!(bound(&Varying::at(NOW), &again), expected);
        let mixed = text
            .replace(&format!("b< [\"subscribe\" \"{two}"), &format!("b< [\"subscribe\" \"{one}"));
        assert_ne!(bound(&Varying::at(NOW), &mixed), expected);
    }

    #[test]
    fn should_name_times_only_if_a_client_sent_them() {
        let text = "# T\n\na> PUBLISH t '{\"at\":1796000000123}'\na< 1\na< \"1796000000123\"\na< \"1796000000999\"\n";
        assert_eq!(
            bound(&Varying::at(NOW), text),
            "# T\n\na> PUBLISH t '{\"at\":<time>}'\na< 1\na< \"<time>\"\na< \"1796000000999\"\n"
        );
    }

    #[test]
    fn should_name_what_the_case_describes() {
        let mut varying = Varying::at(NOW);
        varying.add("lock", "[a-z]{8}").unwrap();
        varying.add("worker", "worker-([0-9]+)").unwrap();
        varying.add_literal("127.0.0.1:4242".into(), "<address of bus>".into());
        let text =
            "# T\n\na> SET lock qwertyui worker-77 127.0.0.1:4242\na< \"worker-77 worker-8\"\n";
        assert_eq!(
            bound(&varying, text),
            "# T\n\na> SET lock \"<lock 1>\" \"worker-<worker 1>\" \"<address of bus>\"\n\
             a< \"worker-<worker 1> worker-<worker 2>\"\n"
        );
        let error = varying.add("lock", "[").unwrap_err().to_string();
        assert!(error.starts_with("the pattern of <lock> is no regular expression"), "{error}");
    }

    #[test]
    fn should_number_by_connection_and_not_by_time() {
        let uuid = |last: char| format!("67e55044-10b1-426f-9247-bb680e5fe0c{last}");
        let (one, two) = (uuid('1'), uuid('2'));
        let first = bound(&Varying::at(NOW), &format!("# T\n\nb> GET {one}\n\na> GET {two}\n"));
        let second = bound(&Varying::at(NOW), &format!("# T\n\na> GET {two}\n\nb> GET {one}\n"));
        assert!(first.contains("b> GET \"<uuid 2>\"") && second.contains("b> GET \"<uuid 2>\""));
    }
}
