use std::ops::Range;

use memchr::{memchr, memchr2};

use super::args::{Args, Span};
use super::inline::{Unbalanced, Words};
use super::{ErrorReply, InputRules, parse_integer};

/// A line that has no end after this many bytes is refused.
const LONGEST_LINE: usize = 64 * 1024;

/// Redis reads this many bytes at a time and looks for the end of a line after each read. A line
/// that arrives at once may therefore be longer by as much, and not by more, however much we read.
const READ: usize = 16 * 1024;

/// Room for the words of this many arguments is kept between requests; a request of a million leaves
/// none behind.
const KEEP_SPANS: usize = 64;

/// What a client may announce before it has authenticated.
const UNAUTHENTICATED_ARGS: i64 = 10;
const UNAUTHENTICATED_BULK: u64 = 16 * 1024;

/// What requests are measured against; made anew for each, because `AUTH` and `CONFIG SET` within
/// one pipeline change it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The longest argument: `proto-max-bulk-len`.
    pub(crate) bulk: u64,
    /// Whether the client has still to authenticate, and is held to less.
    pub(crate) authenticated: bool,
    /// What this server takes for a request.
    pub(crate) rules: &'static InputRules,
}

/// Input that no request begins with. The connection is closed after it is told so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProtocolError {
    /// `*x`, or more arguments than there can be.
    #[error("invalid multibulk length")]
    InvalidMultibulkLength,
    /// `$x`, `$-1`, or more bytes than the limit.
    #[error("invalid bulk length")]
    InvalidBulkLength,
    /// Something else where a line break belongs.
    #[error("invalid CRLF in request")]
    InvalidLineBreak,
    /// A number of arguments that does not end.
    #[error("too big mbulk count string")]
    EndlessMultibulkLength,
    /// A length of an argument that does not end.
    #[error("too big bulk count string")]
    EndlessBulkLength,
    /// Something else where an argument's `$` belongs.
    #[error("expected '$', got '{}'", .0.escape_ascii())]
    ExpectedBulk(u8),
    /// More arguments than `AUTH` or `HELLO` take.
    #[error("unauthenticated multibulk length")]
    UnauthenticatedMultibulkLength,
    /// A longer argument than `AUTH` or `HELLO` take.
    #[error("unauthenticated bulk length")]
    UnauthenticatedBulkLength,
    /// An inline command whose quotes do not pair.
    #[error("unbalanced quotes in request")]
    UnbalancedQuotes,
    /// An inline command that does not end.
    #[error("too big inline request")]
    EndlessInline,
}

impl From<ProtocolError> for ErrorReply {
    fn from(error: ProtocolError) -> Self {
        let text = ErrorReply::text("ERR Protocol error: ");
        match error {
            // The byte itself, not its escape.
            ProtocolError::ExpectedBulk(byte) => {
                text.and("expected '$', got '").and_byte(byte).and("'")
            }
            error => text.and(&error.to_string()),
        }
    }
}

/// What was found at the beginning of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A whole request; [`RequestParser::args`] are its words until these bytes are dropped.
    Request {
        /// How long it is, with what came before it and is no request.
        consumed: usize,
    },
    /// The beginning of one, or nothing.
    Partial {
        /// How many bytes of it may be dropped: blank lines and empty arrays.
        consumed: usize,
    },
}

/// Finds requests at the beginning of a buffer that grows as a client sends.
///
/// ```text
///   ┌── *0, blank line
///   ▼ │
///  Between ── *n ──► Arguments(n) ── $, bytes ──► Arguments(0) ═ request ──► Between
///     │                                               ▲
///     └── words of a line ────────────────────────────┘
/// ```
///
/// What it has understood of a half-received request it does not read again, and what a client
/// announces costs nothing before it arrives.
#[derive(Debug, Default)]
pub(crate) struct RequestParser {
    state: State,
    /// Where, in the input, the next thing to understand begins.
    position: usize,
    /// How many bytes from there are known to hold no end of line.
    searched: usize,
    /// Where, in the input, the arguments are that are complete.
    spans: Vec<Span>,
    /// The words of the last inline command.
    words: Words,
    /// Whether an empty request was passed over.
    passed_empty: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Between,
    Arguments {
        missing: u32,
        /// The length of the next one, once it is known.
        length: Option<usize>,
    },
    /// The words of a line were found, and not yet taken.
    Inline,
}

/// A line's text, and where the next one begins.
struct Line {
    text: Range<usize>,
    next: usize,
}

impl RequestParser {
    /// Looks at `input`, which begins where the last call had consumed it to.
    ///
    /// There is no going on after an error.
    pub(crate) fn next(&mut self, input: &[u8], limits: &Limits) -> Result<Parsed, ProtocolError> {
        if matches!(self.state, State::Arguments { missing: 0, .. } | State::Inline) {
            self.state = State::Between;
            self.spans.clear();
            self.spans.shrink_to(KEEP_SPANS);
            self.advance(0);
        }
        if let (State::Between, 0) = (self.state, self.position) {
            if let Some(consumed) = self.take_whole(input, limits) {
                self.state = State::Arguments { missing: 0, length: None };
                self.advance(consumed);
                return Ok(Parsed::Request { consumed });
            }
            self.spans.clear();
        }
        while self.step(input, limits)? {
            if matches!(self.state, State::Arguments { missing: 0, .. } | State::Inline) {
                return Ok(Parsed::Request { consumed: self.position });
            }
        }
        // What precedes a request that has begun is dropped together with it.
        let consumed = match self.state {
            State::Between => std::mem::take(&mut self.position),
            _ => 0,
        };
        Ok(Parsed::Partial { consumed })
    }

    /// Whether an empty request came before what was found last. Tells it once.
    #[inline]
    pub(crate) fn has_passed_empty(&mut self) -> bool {
        std::mem::take(&mut self.passed_empty)
    }

    /// The words of the request that was found in `input` last.
    pub(crate) fn args<'a>(&'a self, input: &'a [u8]) -> Args<'a> {
        match self.state {
            State::Inline => Args::new(&self.words.bytes, &self.words.spans),
            _ => Args::new(input, &self.spans),
        }
    }

    /// How many bytes must follow an input of `received` bytes at least; 0 while nobody knows.
    pub(crate) fn missing(&self, received: usize) -> usize {
        match self.state {
            State::Arguments { length: Some(length), .. } => {
                (self.position.saturating_add(length).saturating_add(2)).saturating_sub(received)
            }
            _ => 0,
        }
    }

    /// Takes what nearly every input begins with, a request that is all there, of few and short
    /// words, in one go. Anything else is nothing to it, and left to those who judge it.
    #[inline]
    fn take_whole(&mut self, input: &[u8], limits: &Limits) -> Option<usize> {
        let longest = limits.bulk.min(UNAUTHENTICATED_BULK) as usize;
        let (count, mut position) = short_header(input, 0, b'*')?;
        if !(1..=UNAUTHENTICATED_ARGS as usize).contains(&count) {
            return None;
        }
        for _ in 0..count {
            let (length, start) = short_header(input, position, b'$')?;
            let end = start + length;
            if length > longest || input.get(end..end + 2)? != b"\r\n" {
                return None;
            }
            self.spans.push(Span { start, end });
            position = end + 2;
        }
        Some(position)
    }

    /// Understands one thing more; false when it has not arrived as a whole.
    fn step(&mut self, input: &[u8], limits: &Limits) -> Result<bool, ProtocolError> {
        match (self.state, input.get(self.position)) {
            (_, None) => Ok(false),
            (State::Between, Some(b'*')) => self.begin(input, limits),
            (State::Between, Some(_)) => self.split(input, limits.rules),
            (State::Arguments { missing, length: None }, _) => {
                self.announce(input, missing, limits)
            }
            (State::Arguments { missing, length: Some(length) }, _) => {
                self.take(input, missing, length, limits.rules)
            }
            (State::Inline, _) => Ok(false),
        }
    }

    /// `*n`
    fn begin(&mut self, input: &[u8], limits: &Limits) -> Result<bool, ProtocolError> {
        let Some(line) = self.line(input, ProtocolError::EndlessMultibulkLength, limits.rules)?
        else {
            return Ok(false);
        };
        let count = parse_integer(&input[line.text.start + 1..line.text.end])
            .filter(|count| *count <= limits.rules.max_arguments)
            .ok_or(ProtocolError::InvalidMultibulkLength)?;
        if count > UNAUTHENTICATED_ARGS && !limits.authenticated {
            return Err(ProtocolError::UnauthenticatedMultibulkLength);
        }
        // No words, no command, no reply.
        if let Ok(missing @ 1..) = u32::try_from(count) {
            self.state = State::Arguments { missing, length: None };
        } else {
            self.passed_empty = true;
        }
        self.advance(line.next);
        Ok(true)
    }

    /// `$n`
    fn announce(
        &mut self,
        input: &[u8],
        missing: u32,
        limits: &Limits,
    ) -> Result<bool, ProtocolError> {
        let Some(line) = self.line(input, ProtocolError::EndlessBulkLength, limits.rules)? else {
            return Ok(false);
        };
        let length = parse_integer(&input[line.text.start + 1..line.text.end])
            .and_then(|length| u64::try_from(length).ok())
            .filter(|length| *length <= limits.bulk)
            .ok_or(ProtocolError::InvalidBulkLength)?;
        if length > UNAUTHENTICATED_BULK && !limits.authenticated {
            return Err(ProtocolError::UnauthenticatedBulkLength);
        }
        let length = usize::try_from(length).map_err(|_| ProtocolError::InvalidBulkLength)?;
        self.state = State::Arguments { missing, length: Some(length) };
        self.advance(line.next);
        Ok(true)
    }

    /// The bytes of an argument and two more, which not every server looks at.
    fn take(
        &mut self,
        input: &[u8],
        missing: u32,
        length: usize,
        rules: &InputRules,
    ) -> Result<bool, ProtocolError> {
        let arrived = input.len() - self.position;
        if arrived < 2 || arrived - 2 < length {
            return Ok(false);
        }
        let span = Span { start: self.position, end: self.position + length };
        if rules.checks_crlf && input[span.end..span.end + 2] != *b"\r\n" {
            return Err(ProtocolError::InvalidLineBreak);
        }
        self.spans.push(span);
        self.state = State::Arguments { missing: missing - 1, length: None };
        self.advance(span.end + 2);
        Ok(true)
    }

    /// A line of words.
    fn split(&mut self, input: &[u8], rules: &InputRules) -> Result<bool, ProtocolError> {
        let Some(end) = self.end_of_line(input, b'\n', true, ProtocolError::EndlessInline)? else {
            return Ok(false);
        };
        let line = &input[self.position..end];
        self.words
            .split(line.strip_suffix(b"\r").unwrap_or(line), rules)
            .map_err(|Unbalanced| ProtocolError::UnbalancedQuotes)?;
        if self.words.spans.is_empty() {
            self.passed_empty = true;
        } else {
            self.state = State::Inline;
        }
        self.advance(end + 1);
        Ok(true)
    }

    /// A line that announces something and ends in a carriage return and one more byte, which not
    /// every server looks at.
    fn line(
        &mut self,
        input: &[u8],
        endless: ProtocolError,
        rules: &InputRules,
    ) -> Result<Option<Line>, ProtocolError> {
        let end = self.end_of_line(input, b'\r', rules.nul_hides_line_end, endless)?;
        let Some((end, last)) = end.and_then(|end| Some((end, *input.get(end + 1)?))) else {
            return Ok(None);
        };
        // Of an empty line, this is its end.
        let kind = input[self.position];
        if matches!(self.state, State::Arguments { .. }) && kind != b'$' {
            return Err(ProtocolError::ExpectedBulk(kind));
        }
        if rules.checks_crlf && last != b'\n' {
            return Err(ProtocolError::InvalidLineBreak);
        }
        Ok(Some(Line { text: self.position..end, next: end + 2 }))
    }

    /// Where the line that begins at the position ends.
    ///
    /// Where a NUL hides it, as in the strings of C, a line that holds one has no end, and the
    /// connection says nothing more until it has sent too much.
    fn end_of_line(
        &mut self,
        input: &[u8],
        terminator: u8,
        nul_hides_line_end: bool,
        endless: ProtocolError,
    ) -> Result<Option<usize>, ProtocolError> {
        let line = &input[self.position..];
        let window = &line[..line.len().min(LONGEST_LINE + READ)];
        let rest = &window[self.searched..];
        let stop = if nul_hides_line_end {
            memchr2(terminator, 0, rest)
        } else {
            memchr(terminator, rest)
        };
        let stop = stop.map(|at| self.searched + at);
        self.searched = stop.unwrap_or(window.len());
        match stop {
            Some(end) if window[end] == terminator => Ok(Some(self.position + end)),
            _ if line.len() > LONGEST_LINE => Err(endless),
            _ => Ok(None),
        }
    }

    fn advance(&mut self, position: usize) {
        self.position = position;
        self.searched = 0;
    }
}

/// Reads a marker, one to five digits as servers write them, and the end of the line; and says where
/// the next one begins.
#[inline]
fn short_header(input: &[u8], position: usize, marker: u8) -> Option<(usize, usize)> {
    let [first, digit @ b'0'..=b'9', digits @ ..] = input.get(position..)? else { return None };
    if *first != marker {
        return None;
    }
    let mut value = usize::from(digit - b'0');
    for (at, byte) in digits.iter().take(5).enumerate() {
        match byte {
            b'\r' if digits.get(at + 1) == Some(&b'\n') => return Some((value, position + at + 4)),
            b'0'..=b'9' if value > 0 => value = value * 10 + usize::from(byte - b'0'),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests;
