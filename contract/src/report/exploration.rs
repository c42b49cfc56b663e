use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::{BAD, BOLD, DIM, GOOD, WARN};
use super::{
    Case, ColourMode, Event, Outcome, Reporter, Run, Summary, ViolationDisplay, columns, counted,
};
use crate::conversation::ServerName;
use crate::explore::{Finding, Mismatch, Seed, file_name};

/// Reports an exploration: findings on stdout, ready to be saved as a file, and everything else on
/// stderr. Reports in files get the findings too, as cases.
pub struct ExplorationReporter {
    bar: ProgressBar,
    begin: Instant,
    server: ServerName,
    counts: ExplorationCounts,
    files: Vec<Box<dyn Reporter>>,
    summary: Summary,
}

/// The subject of the cases that findings are in reports.
const SUBJECT: &str = "explored";

/// How many conversations had which result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExplorationCounts {
    /// Conversations in which both servers gave the same answers.
    pub agreed: u64,
    /// Frames that the reference sent in them.
    pub frames: usize,
    /// Conversations in which they differed in a new way.
    pub findings: u64,
    /// Conversations in which they differed in a known way.
    pub known: u64,
    /// Conversations that show nothing, because the reference answers differently each time.
    pub unstable: u64,
}

impl ExplorationCounts {
    /// All conversations that were played.
    pub fn conversations(&self) -> u64 {
        self.agreed + self.findings + self.known + self.unstable
    }
}

impl ExplorationReporter {
    /// Prints which servers are compared, and the seed.
    pub fn start(
        subject: &str,
        reference: &str,
        server: ServerName,
        seed: Seed,
        mut files: Vec<Box<dyn Reporter>>,
    ) -> io::Result<Self> {
        let run = Run {
            backend: subject.to_owned(),
            server: format!("explored beside {reference}"),
            about: Some(format!("seed {seed}")),
            profile: server.clone(),
            corpus: None,
            cases: Vec::new(),
        };
        files.iter_mut().try_for_each(|file| file.report(&Event::RunStarted(&run)))?;
        let mut err = anstream::stderr().lock();
        writeln!(err, "{BOLD}{subject}{BOLD:#} against {BOLD}{reference}{BOLD:#}: seed {seed}")?;
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg:.dim}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        let (begin, counts) = (Instant::now(), ExplorationCounts::default());
        Ok(Self { bar, begin, server, counts, files, summary: Summary::default() })
    }

    /// The counts so far.
    pub fn counts(&self) -> &ExplorationCounts {
        &self.counts
    }

    /// Updates the counts after a conversation.
    pub fn count(&mut self, add: impl FnOnce(&mut ExplorationCounts)) {
        add(&mut self.counts);
        self.bar.set_message(self.summary());
    }

    /// Prints why a conversation shows nothing.
    pub fn leave_out(&mut self, seed: Seed, nth: u64, reason: &str) -> io::Result<()> {
        let case = Case {
            name: file_name(seed, nth),
            subject: SUBJECT.to_owned(),
            title: format!("Conversation {nth}"),
            rerun: String::new(),
        };
        self.file(&case, &Outcome::Ignored(reason.to_owned()))?;
        self.bar.suspend(|| {
            writeln!(
                anstream::stderr().lock(),
                "{WARN}left out{WARN:#} conversation {nth}: {reason}"
            )
        })
    }

    /// Prints a finding, and the command that repeats it.
    pub fn show(&mut self, finding: &Finding, rerun: &str) -> io::Result<()> {
        let case = Case {
            name: finding.file_name(),
            subject: SUBJECT.to_owned(),
            title: finding.conversation.title.clone(),
            rerun: rerun.to_owned(),
        };
        self.file(&case, &outcome(finding))?;
        self.bar.suspend(|| {
            let mut err = anstream::stderr().lock();
            match &finding.mismatch {
                Mismatch::Violations(violations) => {
                    for violation in violations {
                        let display = ViolationDisplay::new(violation)
                            .within(&finding.conversation, Some(&self.server))
                            .colour_mode(ColourMode::Coloured)
                            .columns(columns(io::stderr()));
                        writeln!(err, "\n{display}")?;
                    }
                }
                Mismatch::Failure(reason) => writeln!(err, "\n{BAD}failure{BAD:#}: {reason}\n")?,
            }
            writeln!(err, "  {DIM}again{DIM:#}   {rerun}\n")?;
            drop(err);
            writeln!(anstream::stdout().lock(), "{}", finding.conversation)
        })
    }

    /// Prints the counts at the end.
    pub fn end(&mut self) -> io::Result<()> {
        let held = usize::try_from(self.counts.agreed).unwrap_or(usize::MAX);
        let (summary, took) = (Summary { held, ..self.summary }, self.begin.elapsed());
        let end = Event::RunFinished(&summary, took);
        self.files.iter_mut().try_for_each(|file| file.report(&end))?;
        self.bar.finish_and_clear();
        writeln!(anstream::stderr().lock(), "{}", self.summary())
    }

    /// Reports a conversation to the files.
    fn file(&mut self, case: &Case, outcome: &Outcome) -> io::Result<()> {
        self.summary.count(outcome);
        let event = Event::CaseFinished(case, outcome, Duration::ZERO);
        self.files.iter_mut().try_for_each(|file| file.report(&event))
    }

    fn summary(&self) -> String {
        let ExplorationCounts { frames, findings, known, unstable, .. } = self.counts;
        let conversations = self.counts.conversations();
        let minutes = self.begin.elapsed().as_secs_f64() / 60.0;
        let per_minute = conversations as f64 / minutes.max(f64::EPSILON);
        let style = if findings > 0 { BAD } else { GOOD };
        let again = match known {
            0 => String::new(),
            known => format!(" {DIM}(seen again {}){DIM:#}", counted(known, "time")),
        };
        let unstable = match unstable {
            0 => String::new(),
            unstable => format!(", {WARN}{unstable} left out{WARN:#}"),
        };
        let (conversations, frames) =
            (counted(conversations, "conversation"), counted(frames, "frame"));
        let findings = counted(findings, "difference");
        format!(
            "{conversations} ({per_minute:.0} a minute), {frames}, \
             {style}{findings} found{style:#}{again}{unstable}"
        )
    }
}

fn outcome(finding: &Finding) -> Outcome {
    match &finding.mismatch {
        Mismatch::Violations(violations) => Outcome::Broken {
            violations: violations.clone(),
            recording: finding.conversation.clone(),
        },
        Mismatch::Failure(reason) => Outcome::Failed(reason.clone()),
    }
}
