use std::sync::Arc;

use super::ParseError;
use crate::conversation::Place;

/// A position in one line.
pub(super) struct Cursor<'a> {
    file: &'a Arc<str>,
    line: u32,
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(file: &'a Arc<str>, line: u32, text: &'a str) -> Self {
        let at = text.len() - text.trim_start().len();
        Self { file, line, text: text.trim_end(), at: at.min(text.trim_end().len()) }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Consumes the text if it comes next, and returns whether it did.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let next = self.rest().starts_with(text);
        if next {
            self.at += text.len();
        }
        next
    }

    pub(super) fn take_char(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    /// Consumes characters as long as the predicate holds.
    pub(super) fn take_while(&mut self, predicate: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|char| !predicate(char)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub(super) fn take_rest(&mut self) -> &'a str {
        self.take_while(|_| true)
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(|char| char == ' ' || char == '\t');
    }

    pub(super) fn place(&self) -> Place {
        Place { file: Arc::clone(self.file), line: self.line }
    }

    pub(super) fn end(&self, expected: &'static str) -> Result<(), ParseError> {
        if self.is_at_end() { Ok(()) } else { Err(self.error(expected)) }
    }

    /// The error that something else was expected at this position.
    pub(super) fn error(&self, expected: &'static str) -> ParseError {
        let rest = self.rest();
        let found = match rest.char_indices().nth(40) {
            _ if rest.is_empty() => "the end of the line".to_owned(),
            None => format!("`{rest}`"),
            Some((end, _)) => format!("`{}…`", &rest[..end]),
        };
        let column = self.text[..self.at].chars().count() + 1;
        let file = self.file.to_string();
        ParseError { file, line: self.line, column, expected, found }
    }
}
