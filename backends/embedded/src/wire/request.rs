use std::ops::Range;

use memchr::{memchr, memchr2};

use super::args::{Args, Span};
use super::inline::{Unbalanced, Words};
use super::{ErrorReply, InputRules, parse_integer};

/// A line without an end after this many bytes is an error.
const MAX_LINE: usize = 64 * 1024;

/// Redis reads this many bytes at a time and looks for the end of a line after each read. A line
/// that arrives at once may therefore be longer by this much. The limit is the same here, whatever
/// the size of our reads.
const REDIS_READ_SIZE: usize = 16 * 1024;

/// From this length on, Redis reads an argument into a buffer of its own.
const LARGE_ARGUMENT: usize = 32 * 1024;

/// The parser keeps memory for this many arguments between requests, and frees the memory of larger
/// requests.
const KEEP_SPANS: usize = 64;

/// The limits of a client that has not authenticated.
const UNAUTHENTICATED_ARGS: i64 = 10;
const UNAUTHENTICATED_BULK: u64 = 16 * 1024;

/// The limits of a request. They are read anew for each request, because `AUTH` and `CONFIG SET`
/// may change them within a pipeline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The longest argument: `proto-max-bulk-len`.
    pub(crate) bulk: u64,
    /// Whether the client has authenticated, or need not; otherwise lower limits hold.
    pub(crate) authenticated: bool,
    /// The rules of the imitated server.
    pub(crate) rules: &'static InputRules,
}

/// Input that cannot begin a request. The client is sent the error and its connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProtocolError {
    /// `*x`, or more arguments than the limit.
    #[error("invalid multibulk length")]
    InvalidMultibulkLength,
    /// `$x`, `$-1`, or more bytes than the limit.
    #[error("invalid bulk length")]
    InvalidBulkLength,
    /// Other bytes in the place of a line break.
    #[error("invalid CRLF in request")]
    InvalidLineBreak,
    /// A `*n` line without an end.
    #[error("too big mbulk count string")]
    EndlessMultibulkLength,
    /// A `$n` line without an end.
    #[error("too big bulk count string")]
    EndlessBulkLength,
    /// Another byte in the place of an argument's `$`.
    #[error("expected '$', got '{}'", .0.escape_ascii())]
    ExpectedBulk(u8),
    /// Too many arguments for a client that has not authenticated.
    #[error("unauthenticated multibulk length")]
    UnauthenticatedMultibulkLength,
    /// Too long an argument for a client that has not authenticated.
    #[error("unauthenticated bulk length")]
    UnauthenticatedBulkLength,
    /// An inline command whose quotes do not pair.
    #[error("unbalanced quotes in request")]
    UnbalancedQuotes,
    /// An inline command without an end.
    #[error("too big inline request")]
    EndlessInline,
}

impl From<ProtocolError> for ErrorReply {
    fn from(error: ProtocolError) -> Self {
        let text = ErrorReply::text("ERR Protocol error: ");
        match error {
            // The reply holds the byte itself, not its escape.
            ProtocolError::ExpectedBulk(byte) => {
                text.and("expected '$', got '").and_byte(byte).and("'")
            }
            error => text.and(&error.to_string()),
        }
    }
}

/// The result of one call of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A whole request. [`RequestParser::args`] returns its arguments while the input is kept.
    Request {
        /// The length of the request, with the empty requests before it.
        consumed: usize,
    },
    /// The beginning of a request, or no input.
    Partial {
        /// The number of bytes that may be dropped: blank lines and empty arrays.
        consumed: usize,
    },
}

/// Parses requests at the beginning of a buffer that grows as a client sends.
///
/// ```text
///   ┌── *0, blank line
///   ▼ │
///  Between ── *n ──► Arguments(n) ── $, bytes ──► Arguments(0) ═ request ──► Between
///     │                                                                         ▲
///     └── inline command ──► Inline ═ request ──────────────────────────────────┘
/// ```
///
/// The parser keeps the parsed part of an unfinished request, and it allocates no memory for
/// arguments that a client has announced and not sent.
#[derive(Debug, Default)]
pub(crate) struct RequestParser {
    state: State,
    /// The place in the input where the unparsed bytes begin.
    position: usize,
    /// The number of unparsed bytes that are known to hold no end of line.
    searched: usize,
    /// The places of the complete arguments in the input.
    spans: Vec<Span>,
    /// The words of the last inline command.
    words: Words,
    /// Whether an empty request was skipped.
    passed_empty: bool,
    /// Whether the current request began in an earlier read.
    is_continued: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Between,
    Arguments {
        missing: u32,
        /// The length of the next argument, once its `$n` line is parsed.
        length: Option<usize>,
    },
    /// An inline command is complete: its words are in `words`.
    Inline,
    /// The server never answers this client again.
    Stuck,
}

/// A header line: its text, and the place of the byte after its end.
struct Line {
    text: Range<usize>,
    next: usize,
}

impl RequestParser {
    /// Parses the next request in `input`, which begins after the bytes that the last call
    /// consumed.
    ///
    /// After an error, the parser must not be used again.
    pub(crate) fn next(&mut self, input: &[u8], limits: &Limits) -> Result<Parsed, ProtocolError> {
        self.finish_request();
        if let (State::Between, 0) = (self.state, self.position) {
            if let Some(consumed) = self.parse_short(input, limits) {
                self.state = State::Arguments { missing: 0, length: None };
                self.advance(consumed);
                return Ok(Parsed::Request { consumed });
            }
            self.spans.clear();
        }
        self.is_continued &= !matches!(self.state, State::Between);
        while self.step(input, limits)? {
            if matches!(self.state, State::Arguments { missing: 0, .. } | State::Inline) {
                return Ok(Parsed::Request { consumed: self.position });
            }
        }
        self.is_continued = matches!(self.state, State::Arguments { .. });
        // Empty requests before an unfinished request are dropped together with it.
        let consumed = match self.state {
            State::Between => std::mem::take(&mut self.position),
            State::Stuck => input.len(),
            _ => 0,
        };
        Ok(Parsed::Partial { consumed })
    }

    /// Whether empty requests were skipped since the last call of this function.
    #[inline]
    pub(crate) fn take_skipped_empty(&mut self) -> bool {
        std::mem::take(&mut self.passed_empty)
    }

    /// The arguments of the request that the last call found in `input`.
    pub(crate) fn args<'a>(&'a self, input: &'a [u8]) -> Args<'a> {
        match self.state {
            State::Inline => Args::new(&self.words.bytes, &self.words.spans),
            _ => Args::new(input, &self.spans),
        }
    }

    /// Whether that request was an inline command.
    pub(crate) fn is_inline(&self) -> bool {
        matches!(self.state, State::Inline)
    }

    /// How many more bytes the next argument needs, when `received` bytes are there; 0 if its
    /// length is not known yet.
    pub(crate) fn missing(&self, received: usize) -> usize {
        match self.state {
            State::Arguments { length: Some(length), .. } => {
                (self.position.saturating_add(length).saturating_add(2)).saturating_sub(received)
            }
            _ => 0,
        }
    }

    /// Forgets the request that it returned last. The next call of [`Self::next`] does so too.
    pub(crate) fn finish_request(&mut self) {
        if matches!(self.state, State::Arguments { missing: 0, .. } | State::Inline) {
            self.state = State::Between;
            self.spans.clear();
            self.spans.shrink_to(KEEP_SPANS);
            self.advance(0);
        }
    }

    /// How many of `received` bytes are behind the last complete argument.
    pub(crate) fn unparsed(&self, received: usize) -> usize {
        received.saturating_sub(self.position)
    }

    /// How many bytes the buffer of Redis held when it had the whole request. Redis reads a large
    /// argument into a buffer of its own, and drops what it has parsed before it reads on.
    pub(crate) fn buffered_at_end(&self, consumed: usize) -> usize {
        if consumed < LARGE_ARGUMENT {
            return consumed.min(REDIS_READ_SIZE);
        }
        let lengths = self.spans.iter().map(|span| span.end - span.start + 2);
        let largest = lengths.filter(|length| *length >= LARGE_ARGUMENT).max();
        largest.unwrap_or(REDIS_READ_SIZE)
    }

    /// Parses a complete request of few and short arguments in one go, because nearly all requests
    /// are of this kind. It returns `None` for any other input, errors included, and the slow path
    /// parses the input again.
    #[inline]
    fn parse_short(&mut self, input: &[u8], limits: &Limits) -> Option<usize> {
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

    /// Parses one more header, argument or line; false if it has not arrived as a whole.
    fn step(&mut self, input: &[u8], limits: &Limits) -> Result<bool, ProtocolError> {
        match (self.state, input.get(self.position)) {
            (_, None) => Ok(false),
            (State::Between, Some(b'*')) => self.parse_count(input, limits),
            (State::Between, Some(_)) => self.parse_inline(input, limits.rules),
            (State::Arguments { missing, length: None }, _) => {
                let parsed = self.parse_length(input, missing, limits);
                if parsed.is_err() && self.is_late() && limits.rules.hangs_at_late_length_errors {
                    self.state = State::Stuck;
                    return Ok(false);
                }
                parsed
            }
            (State::Arguments { missing, length: Some(length) }, _) => {
                self.parse_argument(input, missing, length, limits.rules)
            }
            (State::Inline | State::Stuck, _) => Ok(false),
        }
    }

    /// Whether Redis would have read the current line later than the beginning of the request.
    fn is_late(&self) -> bool {
        self.is_continued || self.position + self.searched >= REDIS_READ_SIZE
    }

    /// `*n`
    fn parse_count(&mut self, input: &[u8], limits: &Limits) -> Result<bool, ProtocolError> {
        let Some(line) = self.header(input, ProtocolError::EndlessMultibulkLength, limits.rules)?
        else {
            return Ok(false);
        };
        let count = parse_integer(&input[line.text.start + 1..line.text.end])
            .filter(|count| *count <= limits.rules.max_arguments)
            .ok_or(ProtocolError::InvalidMultibulkLength)?;
        if count > UNAUTHENTICATED_ARGS && !limits.authenticated {
            return Err(ProtocolError::UnauthenticatedMultibulkLength);
        }
        // A request without arguments gets no reply.
        if let Ok(missing @ 1..) = u32::try_from(count) {
            self.state = State::Arguments { missing, length: None };
        } else {
            self.passed_empty = true;
        }
        self.advance(line.next);
        Ok(true)
    }

    /// `$n`
    fn parse_length(
        &mut self,
        input: &[u8],
        missing: u32,
        limits: &Limits,
    ) -> Result<bool, ProtocolError> {
        let Some(line) = self.header(input, ProtocolError::EndlessBulkLength, limits.rules)? else {
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

    /// The bytes of an argument, and its line break, which some servers do not check.
    fn parse_argument(
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

    /// An inline command.
    fn parse_inline(&mut self, input: &[u8], rules: &InputRules) -> Result<bool, ProtocolError> {
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

    /// A header line, `*n` or `$n`. It ends with a carriage return and one more byte, which some
    /// servers do not check.
    fn header(
        &mut self,
        input: &[u8],
        endless: ProtocolError,
        rules: &InputRules,
    ) -> Result<Option<Line>, ProtocolError> {
        let is_length = matches!(self.state, State::Arguments { .. });
        let nul_hides_line_end = match is_length {
            true => rules.nul_hides_length_end,
            false => rules.nul_hides_count_end,
        };
        let end = self.end_of_line(input, b'\r', nul_hides_line_end, endless)?;
        let Some((end, last)) = end.and_then(|end| Some((end, *input.get(end + 1)?))) else {
            return Ok(None);
        };
        // The kind of an empty line is its carriage return.
        let kind = input[self.position];
        if is_length && kind != b'$' {
            return Err(ProtocolError::ExpectedBulk(kind));
        }
        if rules.checks_crlf && last != b'\n' {
            return Err(ProtocolError::InvalidLineBreak);
        }
        Ok(Some(Line { text: self.position..end, next: end + 2 }))
    }

    /// The place of the byte that ends the line at `position`, if it has arrived.
    ///
    /// If a NUL hides the line's end, as in C strings, a line with a NUL never ends, and the client
    /// gets no reply until the line is too long.
    fn end_of_line(
        &mut self,
        input: &[u8],
        terminator: u8,
        nul_hides_line_end: bool,
        endless: ProtocolError,
    ) -> Result<Option<usize>, ProtocolError> {
        let line = &input[self.position..];
        let window = &line[..line.len().min(MAX_LINE + REDIS_READ_SIZE)];
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
            _ if line.len() > MAX_LINE => Err(endless),
            _ => Ok(None),
        }
    }

    fn advance(&mut self, position: usize) {
        self.position = position;
        self.searched = 0;
    }
}

/// Parses a header line of a marker, a short number in canonical form and `\r\n`. Returns the
/// number and the place after the line.
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
