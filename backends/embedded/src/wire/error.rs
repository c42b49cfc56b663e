use std::borrow::Cow;

/// The text of an error reply, without its `-`: a code, a blank, a sentence.
///
/// The text may quote bytes that the client sent, so it is not a `str`. [`Reply::error`] replaces
/// line breaks when it writes the text, unless the error keeps them.
///
/// [`Reply::error`]: super::Reply::error
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorReply {
    text: Cow<'static, [u8]>,
    keeps_breaks: bool,
}

impl ErrorReply {
    /// An error that quotes nothing.
    pub(crate) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self { text, keeps_breaks: false }
    }

    /// An error that quotes the client: `before`, the quote, `after`.
    pub(crate) fn quoting(before: &'static str, sent: &[u8], after: &str) -> Self {
        Self::text(before).and_quote(sent).and(after)
    }

    /// Appends text.
    pub(crate) fn and(self, text: &str) -> Self {
        self.append(text.as_bytes())
    }

    /// Appends bytes that the client sent, up to the first NUL: Redis formats errors as C strings.
    pub(crate) fn and_quote(self, sent: &[u8]) -> Self {
        self.append(up_to_nul(sent))
    }

    /// Appends one byte that the client sent, even a NUL.
    pub(crate) fn and_byte(self, byte: u8) -> Self {
        self.append(&[byte])
    }

    /// The text as it was built, with line breaks that [`Reply::error`](super::Reply::error)
    /// replaces.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Some servers write some errors with their line breaks, although a client cannot read that.
    pub(crate) fn keeping_breaks(self, keeps_breaks: bool) -> Self {
        Self { keeps_breaks, ..self }
    }

    pub(crate) fn keeps_breaks(&self) -> bool {
        self.keeps_breaks
    }

    /// The same with blanks instead of line breaks.
    pub(crate) fn without_breaks(self) -> Self {
        let blank = |byte: &u8| if b"\r\n".contains(byte) { b' ' } else { *byte };
        Self { text: self.text.iter().map(blank).collect(), keeps_breaks: false }
    }

    /// The same without line breaks at the end: servers remove them from most errors that they format.
    pub(crate) fn trimmed(self) -> Self {
        let mut text = self.text.into_owned();
        while text.last().is_some_and(|byte| b"\r\n".contains(byte)) {
            text.pop();
        }
        Self { text: Cow::Owned(text), ..self }
    }

    /// Appends bytes as they are, NULs included.
    pub(crate) fn append(self, bytes: &[u8]) -> Self {
        let mut text = self.text.into_owned();
        text.extend_from_slice(bytes);
        Self { text: Cow::Owned(text), ..self }
    }
}

/// The bytes that a C string would hold.
pub(crate) fn up_to_nul(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

impl From<&'static str> for ErrorReply {
    fn from(text: &'static str) -> Self {
        Self::text(text)
    }
}

impl From<String> for ErrorReply {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_the_client_up_to_the_first_nul() {
        let error = ErrorReply::quoting("ERR no '", b"a\xff\r\nb\0c", "' here").and(", really");
        assert_eq!(error.as_bytes(), b"ERR no 'a\xff\r\nb' here, really");
    }

    #[test]
    fn treats_static_and_formatted_text_alike() {
        let formatted = ErrorReply::from(format!("ERR {}", "no"));
        assert_eq!(ErrorReply::from("ERR no"), formatted);
    }
}
