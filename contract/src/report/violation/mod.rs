//! How a violation looks: which promise is broken, where, in what conversation, what was owed and
//! what came, and how to see it again.

mod elide;
mod excerpt;
mod paint;
#[cfg(test)]
mod tests;

use std::fmt;

pub use paint::Paint;

use crate::compare::{Difference, Violation};
use crate::conversation::{Conversation, ServerName};
use elide::elide;
use excerpt::{Gutter, Line, excerpt};

/// A violation, ready to be shown.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    violation: &'a Violation,
    recording: Option<(&'a Conversation, Option<&'a ServerName>)>,
    again: Option<&'a str>,
    paint: Paint,
}

impl<'a> Picture<'a> {
    /// Of this violation, without colours.
    pub fn of(violation: &'a Violation) -> Self {
        Self { violation, recording: None, again: None, paint: Paint::Plain }
    }

    /// Shows it among the steps around it, as this server should have taken them.
    #[must_use]
    pub fn within(mut self, recording: &'a Conversation, server: Option<&'a ServerName>) -> Self {
        self.recording = Some((recording, server));
        self
    }

    /// Ends with the command that repeats just this case.
    #[must_use]
    pub fn again(mut self, command: &'a str) -> Self {
        self.again = Some(command);
        self
    }

    /// With or without colours.
    #[must_use]
    pub fn painted(mut self, paint: Paint) -> Self {
        self.paint = paint;
        self
    }
}

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { kind, title, connection, place, .. } = self.violation;
        let paint = self.paint;
        writeln!(f, "{}: {}", paint.bad(kind.name()), kind.describe())?;
        writeln!(f, "  {} {}", paint.dim("promise"), paint.bold(title))?;
        let on = paint.dim(", on connection ");
        writeln!(f, "  {} {place}{on}{connection}", paint.dim("place  "))?;
        writeln!(f)?;
        let mut last = None;
        for line in excerpt(self.violation, self.recording) {
            // Turns stand apart, as they do in the file.
            if let (Some(last), Some(number)) = (last, line.number)
                && number > last + 1
            {
                writeln!(f, "{}", paint.dim("              │"))?;
            }
            last = line.number.or(last);
            self.line(f, &line)?;
            if let Gutter::Received(_) = line.gutter {
                self.remarks(f)?;
            }
        }
        if let Some(command) = self.again {
            writeln!(f, "\n  {}   {command}", paint.dim("again"))?;
        }
        Ok(())
    }
}

impl Picture<'_> {
    fn line(&self, f: &mut fmt::Formatter<'_>, line: &Line) -> fmt::Result {
        let paint = self.paint;
        let number = line.number.map_or(String::new(), |number| number.to_string());
        let text = elide(&line.text);
        let (label, text) = match line.gutter {
            Gutter::Context => ("", paint.dim(&text)),
            Gutter::Expected(label) => (label, paint.good(&text)),
            Gutter::Received(label) => (label, paint.bad(&text)),
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
        let label = self.paint.bold(&format!("{label:>8}"));
        writeln!(f, "{label} {} {text}", self.paint.dim(&format!("{number:>4} │")))
    }

    /// What there is to say about what came.
    fn remarks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(difference) = &self.violation.difference {
            self.magnify(f, difference)?;
        }
        match self.violation.more {
            0 => Ok(()),
            1 => self.row(f, "", "", "and 1 more in a row"),
            more => self.row(f, "", "", &format!("and {more} more in a row")),
        }
    }

    /// The few bytes where two strings part.
    fn magnify(&self, f: &mut fmt::Formatter<'_>, difference: &Difference) -> fmt::Result {
        let Difference { path, offset, lengths: (owed, came), .. } = difference;
        let path: String = path.iter().map(|index| format!("[{index}]")).collect();
        let place = if path.is_empty() { String::new() } else { format!("{path}, ") };
        let of = if owed == came { format!("{owed}") } else { format!("{owed} owed, {came} came") };
        self.row(f, "at", "", &format!("{place}byte {offset} of {of}"))?;
        let (owed, came) = (&difference.expected, &difference.got);
        let same = owed.iter().zip(came).take_while(|(owed, came)| owed == came).count();
        self.row(f, "", "", &format!("…{}…", self.paint.good(&visible(owed))))?;
        self.row(f, "", "", &format!("…{}…", self.paint.bad(&visible(came))))?;
        let indent = " ".repeat(visible(&owed[..same]).len() + 1);
        self.row(f, "", "", &format!("{indent}^"))
    }
}

/// Bytes, each of them visible.
fn visible(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\'", "'").replace("\\\"", "\"")
}
