//! Regular expressions as `ARGREP` matches them: extended ones of POSIX, with `\d`, `\b`, `\Q…\E`, `(?i)`
//! and the like, byte by byte.
//!
//! Reading order: [`parse`] (the syntax), [`automaton`] (what it becomes, and how that runs), [`bytes`]
//! (sets of bytes, and `[…]`).
//!
//! All quirks were seen on running servers:
//!
//! - `$` holds before a zero byte too, and `\x61` is no capital letter in any case, unless the rest of the
//!   pattern is plain bytes; `\b` holds at both ends of every text;
//! - of several alternatives that match the empty text, only the first counts, so `(^|)a` is `^a`;
//! - a repetition without anything before it repeats nothing, `)` without a group is a byte, and so is
//!   `\E` without `\Q`;
//! - `(?i)`, and a comment too, begins a group up to the next `)` that closes no other one, and takes it
//!   with it;
//! - `{1~2}` and other numbers of allowed errors are read, and allow none.

mod automaton;
mod bytes;
mod parse;

use automaton::Automaton;

/// A parsed regular expression.
#[derive(Debug)]
pub(crate) struct Regex(Automaton);

/// Why a pattern cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RegexError {
    /// The syntax is wrong; the text says how.
    Invalid(&'static str),
    BackReference,
}

impl Regex {
    /// Parses a pattern.
    pub(crate) fn new(pattern: &[u8], ignores_case: bool) -> Result<Self, RegexError> {
        parse::parse(pattern, ignores_case).map(Self)
    }

    /// Whether the pattern matches a part of the text.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        self.0.matches(text)
    }
}

#[cfg(test)]
mod tests;
