use std::fmt::Display;
use std::io::Write;

use anstyle::AnsiColor;

/// A line for whoever reads what the program says: a person, or a script that waits for it.
pub fn announce(line: impl Display) {
    let mut out = anstream::stdout().lock();
    // Nobody is left to be told that nobody listens.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// An error, for a person.
pub fn complain(error: impl Display) {
    let red = AnsiColor::Red.on_default().bold();
    let _ = writeln!(anstream::stderr().lock(), "{red}error{red:#}: {error}");
}
