//! Prints a conversation as text. The mirror of `parse`: both change together.

mod period;
mod setup;
mod step;
mod string;
mod value;

use std::fmt;

use super::{Conversation, Turn, Variant};

/// The text of the file in its canonical layout: a blank line between turns, few escapes in
/// strings, and long repetitions counted.
impl fmt::Display for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        remark(f, std::slice::from_ref(&self.title))?;
        remark(f, &self.remark)?;
        if !self.recorded_from.is_empty() {
            writeln!(f, "# recorded from {}", self.recorded_from.join(", "))?;
        }
        if !self.setup.is_empty() {
            writeln!(f)?;
        }
        for setting in &self.setup.settings {
            writeln!(f, "with {setting}")?;
        }
        for turn in &self.turns {
            writeln!(f)?;
            turn.fmt(f)?;
        }
        Ok(())
    }
}

impl Turn {
    /// The line that lets time pass, if the turn has one.
    pub(crate) fn wait_line(&self) -> Option<String> {
        let millis = self.wait.as_millis();
        match (millis, millis % 1000) {
            (0, _) => None,
            (_, 0) => Some(format!("wait {}s", millis / 1000)),
            _ => Some(format!("wait {millis}ms")),
        }
    }
}

/// The paragraph of the turn, with a line break after each line.
impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        remark(f, &self.remark)?;
        if let Some(line) = self.wait_line() {
            writeln!(f, "{line}")?;
        }
        for client_step in &self.client_steps {
            writeln!(f, "{client_step}")?;
        }
        for expectation in &self.answer {
            expectation.print(f, "")?;
        }
        for variant in &self.variants {
            variant.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        remark(f, &self.remark)?;
        f.write_str("on")?;
        for server in &self.servers {
            write!(f, " {server}")?;
        }
        writeln!(f)?;
        for expectation in &self.answer {
            expectation.print(f, "  ")?;
        }
        writeln!(f, "end")
    }
}

fn remark(f: &mut fmt::Formatter<'_>, lines: &[String]) -> fmt::Result {
    for line in lines {
        match line.as_str() {
            "" => writeln!(f, "#")?,
            line => writeln!(f, "# {line}")?,
        }
    }
    Ok(())
}
