use std::io::{self, Write};
use std::time::Duration;

use textwrap::{Options, WordSplitter};

use crate::ledger::StaleEntry;
use crate::report::style::{BAD, DIM, GOOD, WARN};
use crate::report::{Outcome, Summary};

/// The table at the end of a run: a line for each folder, and below it the cases that did not hold.
#[derive(Default)]
pub(super) struct Table {
    subjects: Vec<Subject>,
    stale: Vec<StaleEntry>,
}

/// The cases of one folder.
struct Subject {
    name: String,
    summary: Summary,
    notes: Vec<Note>,
    took: Duration,
}

/// Cases with the same outcome and reason.
struct Note {
    word: &'static str,
    reason: String,
    cases: Vec<String>,
}

impl Table {
    /// Counts a case. The note says why it did not hold.
    pub(super) fn add(
        &mut self,
        subject: &str,
        case: &str,
        outcome: &Outcome,
        note: Option<String>,
        took: Duration,
    ) {
        let index = self.subjects.iter().position(|known| known.name == subject);
        let index = index.unwrap_or_else(|| {
            self.subjects.push(Subject::new(subject));
            self.subjects.len() - 1
        });
        let subject = &mut self.subjects[index];
        subject.summary.count(outcome);
        subject.took += took;
        if let Some(reason) = note {
            subject.note(outcome.label(), reason, case);
        }
    }

    pub(super) fn add_stale(&mut self, stale: StaleEntry) {
        self.stale.push(stale);
    }

    pub(super) fn write(
        &self,
        out: &mut impl Write,
        summary: &Summary,
        took: Duration,
        columns: Option<usize>,
    ) -> io::Result<()> {
        let width = self.subjects.iter().map(|subject| subject.name.len()).max().unwrap_or(0);
        for subject in &self.subjects {
            subject.write(out, width, columns)?;
        }
        for stale in &self.stale {
            wrapped(out, &format!("{NOTE}{BAD}stale   {BAD:#} {stale}"), columns)?;
        }
        let counts = [
            (GOOD, summary.held, "held"),
            (BAD, summary.broken, "broken"),
            (BAD, summary.failed, "failed"),
            (WARN, summary.ignored, "ignored"),
            (WARN, summary.declared, "declared"),
            (BAD, summary.stale, "stale"),
        ];
        let counts = counts.map(|(style, count, word)| match count {
            0 => format!("{DIM}{count} {word}{DIM:#}"),
            _ => format!("{style}{count} {word}{style:#}"),
        });
        let unjudged = match summary.unjudged {
            0 => String::new(),
            count => format!(", {BAD}{count} not judged{BAD:#}"),
        };
        let text = format!("{}{unjudged} in {:.2} s", counts.join(", "), took.as_secs_f64());
        wrapped(out, &text, columns)
    }
}

impl Subject {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            summary: Summary::default(),
            notes: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// Declared cases with the same reason share a note, and so do those that were not judged; every
    /// other case has its own.
    fn note(&mut self, word: &'static str, reason: String, case: &str) {
        let is_shared = matches!(word, "declared" | "unjudged");
        let same = |note: &&mut Note| is_shared && note.word == word && note.reason == reason;
        match self.notes.iter_mut().find(same) {
            Some(note) => note.cases.push(case.to_owned()),
            None => self.notes.push(Note { word, reason, cases: vec![case.to_owned()] }),
        }
    }

    fn write(&self, out: &mut impl Write, width: usize, columns: Option<usize>) -> io::Result<()> {
        let Self { name, summary, notes, took } = self;
        let style = if summary.broken + summary.failed + summary.unjudged > 0 { BAD } else { GOOD };
        let judged = summary.cases() - summary.ignored - summary.unjudged;
        writeln!(
            out,
            "{style}{:>4} of {judged:<4}{style:#} {name:<width$}  {DIM}{:>7.1} ms{DIM:#}",
            summary.held,
            took.as_secs_f64() * 1000.0,
        )?;
        for Note { word, reason, cases } in notes {
            let style = if matches!(*word, "ignored" | "declared") { WARN } else { BAD };
            let cases = match &cases[..] {
                // On a terminal the line above names the folder.
                [case] if columns.is_some() => {
                    case.strip_prefix(&format!("{name}/")).unwrap_or(case).to_owned()
                }
                [case] => case.clone(),
                all => format!("{} conversations", all.len()),
            };
            let note = format!("{NOTE}{style}{word:<8}{style:#} {cases}: {reason}");
            wrapped(out, &note, columns)?;
        }
        Ok(())
    }
}

/// The indent of a note.
const NOTE: &str = "             ";

/// Writes a text in lines that fit the terminal. Where there is none, lines stay whole, so that
/// programs can search them.
fn wrapped(out: &mut impl Write, text: &str, columns: Option<usize>) -> io::Result<()> {
    let Some(columns) = columns else { return writeln!(out, "{text}") };
    let body = text.trim_start();
    let indent = &text[..text.len() - body.len()];
    // A narrow terminal has no room for indents.
    let (first, rest) = match columns {
        0..=70 => ("  ".to_owned(), "    ".to_owned()),
        _ => (indent.to_owned(), format!("{indent}         ")),
    };
    let (first, rest) = if indent.is_empty() { Default::default() } else { (first, rest) };
    let options = Options::new(columns)
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(body, options).iter().try_for_each(|line| writeln!(out, "{line}"))
}
