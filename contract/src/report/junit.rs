use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use super::{Event, Outcome, Reporter, Summary};
use crate::conversation::ServerName;

/// Writes JUnit XML that is well formed after every case: the closing tags follow each case, and
/// the next case overwrites them.
struct JUnit<W> {
    file: W,
    suite: String,
    profile: Option<ServerName>,
    summary: Summary,
    /// The position of the next case.
    end: u64,
}

const CLOSING: &str = "  </testsuite>\n</testsuites>\n";

pub(super) fn open(file: File) -> Box<dyn Reporter> {
    Box::new(JUnit::new(file))
}

impl<W: Write + Seek> JUnit<W> {
    fn new(file: W) -> Self {
        Self { file, suite: String::new(), profile: None, summary: Summary::default(), end: 0 }
    }

    /// Writes the counts, which stand before the cases and have room to grow.
    fn head(&mut self) -> io::Result<()> {
        let Summary { broken, failed, ignored, declared, stale, .. } = self.summary;
        let (failures, skipped) = (broken + stale, ignored + declared);
        let tag = format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{failed}\" \
             skipped=\"{skipped}\"",
            escaped(&self.suite),
            self.summary.cases() + stale,
        );
        let width = self.suite.len() * 6 + 120;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")?;
        writeln!(self.file, "{tag:<width$}>")
    }

    fn append(&mut self, case: &str) -> io::Result<()> {
        self.head()?;
        self.end = self.end.max(self.file.stream_position()?);
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(case.as_bytes())?;
        self.end = self.file.stream_position()?;
        self.file.write_all(CLOSING.as_bytes())?;
        self.file.flush()
    }
}

impl<W: Write + Seek> Reporter for JUnit<W> {
    fn report(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => {
                self.suite = format!("{} ({})", run.backend, run.server);
                self.profile = Some(run.profile.clone());
                self.append("")
            }
            Event::CaseStarted(_) | Event::RunFinished(..) => Ok(()),
            Event::StaleEntry(stale) => {
                self.summary.stale += 1;
                self.append(&format!(
                    "    <testcase classname=\"ledger\" name=\"{}\" time=\"0\">\n      \
                     <failure message=\"{}\"/>\n    </testcase>\n",
                    escaped(&stale.place.to_string()),
                    escaped(&stale.reason.to_string()),
                ))
            }
            Event::CaseFinished(case, outcome, took) => {
                self.summary.count(outcome);
                let details = escaped(&outcome.details(case, self.profile.as_ref()));
                let inside = match outcome {
                    Outcome::Held => String::new(),
                    Outcome::Broken { violations, .. } => {
                        let first = violations.first().map_or("", |first| first.kind.describe());
                        let first = escaped(first);
                        format!("      <failure message=\"{first}\">{details}</failure>\n")
                    }
                    Outcome::Failed(_) => format!("      <error message=\"{details}\"/>\n"),
                    Outcome::Declared { .. } => {
                        format!("      <skipped message=\"declared: {details}\"/>\n")
                    }
                    Outcome::Ignored(_) => format!("      <skipped message=\"{details}\"/>\n"),
                };
                self.append(&format!(
                    "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\">\n{inside}    </testcase>\n",
                    escaped(&case.subject),
                    escaped(&case.name),
                    took.as_secs_f64(),
                ))
            }
        }
    }
}

/// Escapes text, and replaces control characters that XML cannot contain.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(char),
            control if control.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            char => out.push(char),
        }
    }
    out
}
