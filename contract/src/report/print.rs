use std::fmt::Display;
use std::io::{self, Write};
use std::os::fd::AsFd;

use anstyle::AnsiColor;

/// Prints a line on standard output, for a person or a script that waits for it.
pub fn print_line(line: impl Display) {
    let mut out = anstream::stdout().lock();
    // If standard output is closed, the line has no reader.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// How many columns the terminal has; `None` for an output that is not a terminal.
pub fn columns(output: impl AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(output).map(|(width, _)| usize::from(width.0))
}

/// Prints text on standard output as it is. Unlike a line that a script waits for, it needs a
/// reader.
pub fn print_text(text: impl Display) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    write!(out, "{text}")?;
    out.flush()
}

/// Prints an error on standard error.
pub fn print_error(error: impl Display) {
    let red = AnsiColor::Red.on_default().bold();
    let _ = writeln!(anstream::stderr().lock(), "{red}error{red:#}: {error}");
}
