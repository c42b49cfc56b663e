use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::voice::{BAD, BOLD, DIM, GOOD, MILD};
use super::{Case, Event, Outcome, Paint, Picture, Reporter, Run, Tally};
use crate::conversation::ServerName;

/// Tells a person: progress while the run goes, violations as they are found, and in the end a
/// table of all cases by subject.
pub struct Terminal {
    bar: ProgressBar,
    profile: Option<ServerName>,
    subjects: Vec<Subject>,
}

/// The cases of one folder.
struct Subject {
    name: String,
    tally: Tally,
    /// Cases that did not hold, and why.
    notes: Vec<(String, &'static str, String)>,
    took: Duration,
}

impl Terminal {
    /// On this process' own terminal: progress and violations on stderr, the table on stdout.
    pub fn new() -> Self {
        Self { bar: ProgressBar::hidden(), profile: None, subjects: Vec::new() }
    }

    fn start(&mut self, run: &Run) -> io::Result<()> {
        self.profile = Some(run.profile.clone());
        let mut err = anstream::stderr().lock();
        writeln!(
            err,
            "{BOLD}{}{BOLD:#} {DIM}({}){DIM:#}: {} conversations",
            run.backend, run.server, run.cases
        )?;
        // On anything but a terminal, indicatif draws nothing.
        self.bar =
            ProgressBar::with_draw_target(Some(run.cases as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg:.dim}") {
            self.bar.set_style(style);
        }
        Ok(())
    }

    fn finish(&mut self, case: &Case, outcome: &Outcome, took: Duration) -> io::Result<()> {
        self.bar.inc(1);
        let subject = match self.subjects.iter_mut().position(|known| known.name == case.subject) {
            Some(index) => &mut self.subjects[index],
            None => {
                self.subjects.push(Subject::new(&case.subject));
                let last = self.subjects.len() - 1;
                &mut self.subjects[last]
            }
        };
        subject.tally.count(outcome);
        subject.took += took;
        let note = match outcome {
            Outcome::Held => return Ok(()),
            Outcome::Failed(reason) | Outcome::Ignored(reason) => reason.clone(),
            Outcome::Broken { violations, recording } => {
                let pictures: Vec<String> = violations
                    .iter()
                    .map(|violation| {
                        Picture::of(violation)
                            .within(recording, self.profile.as_ref())
                            .again(&case.again)
                            .painted(Paint::Colours)
                            .to_string()
                    })
                    .collect();
                self.bar.suspend(|| {
                    let mut err = anstream::stderr().lock();
                    pictures.iter().try_for_each(|picture| writeln!(err, "\n{picture}"))
                })?;
                let first = violations.first().map_or("", |first| first.kind.name());
                match violations.len() {
                    0 | 1 => first.to_owned(),
                    count => format!("{first} and {} more", count - 1),
                }
            }
        };
        subject.notes.push((case.name.clone(), outcome.word(), note));
        Ok(())
    }

    fn end(&self, tally: &Tally, took: Duration) -> io::Result<()> {
        self.bar.finish_and_clear();
        let mut out = anstream::stdout().lock();
        let width = self.subjects.iter().map(|subject| subject.name.len()).max().unwrap_or(0);
        for subject in &self.subjects {
            subject.write(&mut out, width)?;
        }
        let count = |style: anstyle::Style, count: usize, word: &str| {
            if count == 0 {
                format!("{DIM}{count} {word}{DIM:#}")
            } else {
                format!("{style}{count} {word}{style:#}")
            }
        };
        writeln!(
            out,
            "{}, {}, {}, {} in {:.2} s",
            count(GOOD, tally.held, "held"),
            count(BAD, tally.broken, "broken"),
            count(BAD, tally.failed, "failed"),
            count(MILD, tally.ignored, "ignored"),
            took.as_secs_f64(),
        )
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Reporter for Terminal {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(run) => self.start(run),
            Event::Begun(case) => {
                self.bar.set_message(case.name.clone());
                Ok(())
            }
            Event::Finished(case, outcome, took) => self.finish(case, outcome, *took),
            Event::Ended(tally, took) => self.end(tally, *took),
        }
    }
}

impl Subject {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            tally: Tally::default(),
            notes: Vec::new(),
            took: Duration::ZERO,
        }
    }

    fn write(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        let Self { name, tally, notes, took } = self;
        let style = if tally.broken + tally.failed > 0 { BAD } else { GOOD };
        let judged = tally.cases() - tally.ignored;
        writeln!(
            out,
            "{style}{:>4} of {judged:<4}{style:#} {name:<width$}  {DIM}{:>7.1} ms{DIM:#}",
            tally.held,
            took.as_secs_f64() * 1000.0,
        )?;
        for (case, word, note) in notes {
            let style = if *word == "ignored" { MILD } else { BAD };
            writeln!(out, "             {style}{word:<8}{style:#} {case}: {note}")?;
        }
        Ok(())
    }
}
