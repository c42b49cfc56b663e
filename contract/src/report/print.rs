use std::fmt::Display;
use std::io::Write;

use anstyle::AnsiColor;

/// Prints a line on standard output, for a person or a script that waits for it.
pub fn print_line(line: impl Display) {
    let mut out = anstream::stdout().lock();
    // If standard output is closed, the line has no reader.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints an error on standard error.
pub fn print_error(error: impl Display) {
    let red = AnsiColor::Red.on_default().bold();
    let _ = writeln!(anstream::stderr().lock(), "{red}error{red:#}: {error}");
}
