use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};

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

/// A URL as it may be shown to anybody: without the password in it.
pub fn public(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((_, server)) => format!("{scheme}://…@{server}"),
        None => url.to_owned(),
    }
}

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const MILD: Style = AnsiColor::Yellow.on_default();
