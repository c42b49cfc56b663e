use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::{BAD, BOLD, DIM, GOOD, WARN};
use super::{ColourMode, ViolationDisplay, counted};
use crate::conversation::ServerName;
use crate::explore::{Finding, Mismatch, Seed};

/// Reports an exploration: findings on stdout, ready to be saved as a file, and everything else on
/// stderr.
#[derive(Debug)]
pub struct ExplorationReporter {
    bar: ProgressBar,
    begin: Instant,
    server: ServerName,
    counts: ExplorationCounts,
}

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
    ) -> io::Result<Self> {
        let mut err = anstream::stderr().lock();
        writeln!(err, "{BOLD}{subject}{BOLD:#} against {BOLD}{reference}{BOLD:#}: seed {seed}")?;
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg:.dim}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Ok(Self { bar, begin: Instant::now(), server, counts: ExplorationCounts::default() })
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
    pub fn leave_out(&mut self, nth: u64, reason: &str) -> io::Result<()> {
        self.bar.suspend(|| {
            writeln!(
                anstream::stderr().lock(),
                "{WARN}left out{WARN:#} conversation {nth}: {reason}"
            )
        })
    }

    /// Prints a finding, and the command that repeats it.
    pub fn show(&self, finding: &Finding, rerun: &str) -> io::Result<()> {
        self.bar.suspend(|| {
            let mut err = anstream::stderr().lock();
            match &finding.mismatch {
                Mismatch::Violations(violations) => {
                    for violation in violations {
                        let display = ViolationDisplay::new(violation)
                            .within(&finding.conversation, Some(&self.server))
                            .colour_mode(ColourMode::Coloured);
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
    pub fn end(&self) -> io::Result<()> {
        self.bar.finish_and_clear();
        writeln!(anstream::stderr().lock(), "{}", self.summary())
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
