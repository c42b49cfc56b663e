//! A violation as text: the broken promise, the place, the steps around it, the expected and the
//! received frame, and the command that repeats the case.

mod colour;
mod excerpt;
#[cfg(test)]
mod tests;

use std::fmt;

pub use colour::ColourMode;

use crate::compare::{Difference, Violation};
use crate::conversation::{Contrast, Conversation, ServerName};
use crate::shorten::{shorten, shorten_both, visible};
use excerpt::{Gutter, Line, excerpt};

/// The longest step that is shown in full, in characters, and the shortest length to which one is
/// cut.
const WIDTH: usize = 110;
const NARROW: usize = 40;

/// The columns before a step: its label, its number and a rule.
const MARGIN: usize = 16;

/// Displays a violation.
#[derive(Clone, Debug)]
pub struct ViolationDisplay<'a> {
    violation: &'a Violation,
    recording: Option<(&'a Conversation, Option<&'a ServerName>)>,
    rerun: Option<&'a str>,
    colours: ColourMode,
    width: usize,
}

impl<'a> ViolationDisplay<'a> {
    /// A display of this violation alone, without colours.
    pub fn new(violation: &'a Violation) -> Self {
        Self { violation, recording: None, rerun: None, colours: ColourMode::Plain, width: WIDTH }
    }

    /// Shows the steps around it too, with the answers that are expected of this server.
    #[must_use]
    pub fn within(mut self, recording: &'a Conversation, server: Option<&'a ServerName>) -> Self {
        self.recording = Some((recording, server));
        self
    }

    /// Shows the command that repeats just this case.
    #[must_use]
    pub fn rerun(mut self, command: &'a str) -> Self {
        self.rerun = Some(command);
        self
    }

    /// Fits steps into a terminal of so many columns.
    #[must_use]
    pub fn columns(mut self, columns: Option<usize>) -> Self {
        self.width = columns.map_or(WIDTH, |columns| columns.saturating_sub(MARGIN).max(NARROW));
        self
    }

    /// Chooses whether the text has colours.
    #[must_use]
    pub fn colour_mode(mut self, colours: ColourMode) -> Self {
        self.colours = colours;
        self
    }
}

impl fmt::Display for ViolationDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { kind, title, connection, place, .. } = self.violation;
        let colours = self.colours;
        writeln!(f, "{}: {}", colours.bad(kind.name()), kind.describe())?;
        writeln!(f, "  {} {}", colours.dim("promise"), colours.bold(title))?;
        let on = colours.dim(", on connection ");
        writeln!(f, "  {} {place}{on}{connection}", colours.dim("place  "))?;
        writeln!(f)?;
        let mut last = None;
        let lines = excerpt(self.violation, self.recording);
        let (expected, received) = shorten_both(
            text_of(&lines, |gutter| matches!(gutter, Gutter::Expected(_))),
            text_of(&lines, |gutter| matches!(gutter, Gutter::Received(_))),
            self.width,
        );
        for line in &lines {
            // As in the file, a blank line separates turns.
            if let (Some(last), Some(number)) = (last, line.number)
                && number > last + 1
            {
                writeln!(f, "{}", colours.dim("              │"))?;
            }
            last = line.number.or(last);
            let text = match line.gutter {
                Gutter::Context => &shorten(&line.text, self.width),
                Gutter::Expected(_) => &expected,
                Gutter::Received(_) => &received,
            };
            self.line(f, line, text)?;
            if let Gutter::Received(_) = line.gutter {
                let is_cut = |line: &Line| shorten(&line.text, self.width) != line.text;
                let is_context = |line: &Line| line.gutter == Gutter::Context;
                self.remarks(f, lines.iter().any(|line| !is_context(line) && is_cut(line)))?;
            }
        }
        if let Some(command) = self.rerun {
            writeln!(f, "\n  {}   {command}", colours.dim("again"))?;
        }
        Ok(())
    }
}

impl ViolationDisplay<'_> {
    fn line(&self, f: &mut fmt::Formatter<'_>, line: &Line, text: &str) -> fmt::Result {
        let colours = self.colours;
        let number = line.number.map_or(String::new(), |number| number.to_string());
        let (label, text) = match line.gutter {
            Gutter::Context => ("", colours.dim(text)),
            Gutter::Expected(label) => (label, colours.good(text)),
            Gutter::Received(label) => (label, colours.bad(text)),
        };
        self.row(f, label, &number, &text)
    }

    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        label: &str,
        number: &str,
        text: &str,
    ) -> fmt::Result {
        let label = self.colours.bold(&format!("{label:>8}"));
        writeln!(f, "{label} {} {text}", self.colours.dim(&format!("{number:>4} │")))
    }

    /// Details below the received frame. `is_cut`: its line or the expected one is not shown in
    /// full.
    fn remarks(&self, f: &mut fmt::Formatter<'_>, is_cut: bool) -> fmt::Result {
        match &self.violation.difference {
            Some(difference) => self.byte_difference(f, difference)?,
            None if is_cut && !self.violation.kind.is_about_order() => self.contrasts(f)?,
            None => {}
        }
        match self.violation.more {
            0 => Ok(()),
            1 => self.row(f, "", "", "and 1 more in a row"),
            more => self.row(f, "", "", &format!("and {more} more in a row")),
        }
    }

    /// The parts that differ, where whole lines would be too long.
    fn contrasts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 5;
        let contrasts = self.violation.contrasts();
        for Contrast { path, expected, got } in contrasts.iter().take(MOST) {
            self.row(f, "at", "", if path.is_empty() { "the whole answer" } else { path })?;
            let cut = |part: &str| shorten(part, self.width - 2);
            self.row(f, "", "", &format!("  {}", self.colours.good(&cut(expected))))?;
            self.row(f, "", "", &format!("  {}", self.colours.bad(&cut(got))))?;
        }
        match contrasts.len() {
            0..=MOST => Ok(()),
            all => self.row(f, "", "", &format!("and {} more parts differ", all - MOST)),
        }
    }

    /// The bytes around the first difference of two strings.
    fn byte_difference(&self, f: &mut fmt::Formatter<'_>, difference: &Difference) -> fmt::Result {
        let Difference { path, offset, lengths: (expected, received), .. } = difference;
        let path: String = path.iter().map(|index| format!("[{index}]")).collect();
        let place = if path.is_empty() { String::new() } else { format!("{path}, ") };
        let lengths = if expected == received {
            format!(" of {expected}")
        } else {
            format!("; expected {expected} bytes, got {received}")
        };
        self.row(f, "at", "", &format!("{place}byte {offset}{lengths}"))?;
        let (expected, received) = (&difference.expected, &difference.got);
        let same = expected
            .iter()
            .zip(received)
            .take_while(|(expected, received)| expected == received)
            .count();
        self.row(f, "", "", &format!("…{}…", self.colours.good(&visible(expected))))?;
        self.row(f, "", "", &format!("…{}…", self.colours.bad(&visible(received))))?;
        let indent = " ".repeat(visible(&expected[..same]).len() + 1);
        self.row(f, "", "", &format!("{indent}^"))
    }
}

/// The text of the first line with such a gutter.
fn text_of(lines: &[Line], is: impl Fn(Gutter) -> bool) -> &str {
    lines.iter().find(|line| is(line.gutter)).map_or("", |line| &line.text)
}
