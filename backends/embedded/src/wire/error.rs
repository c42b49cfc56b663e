use std::borrow::Cow;

/// The text of an error reply, without its `-`: a code, a blank, a sentence.
///
/// Text that a client sent is repeated byte for byte, so this is not a `str`. What would break
/// the line is replaced where it is written, by [`Reply::error`](super::Reply::error).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorReply(Cow<'static, [u8]>);

impl ErrorReply {
    /// An error that repeats nothing of the client's.
    pub(crate) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self(match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        })
    }

    /// An error that repeats something of the client's: `before`, that, `after`.
    pub(crate) fn quoting(before: &'static str, sent: &[u8], after: &str) -> Self {
        Self::text(before).and_quote(sent).and(after)
    }

    /// The same error, continued.
    pub(crate) fn and(self, text: &str) -> Self {
        self.append(text.as_bytes())
    }

    /// The same error, continued with bytes of the client's, which end at the first NUL: Redis
    /// formats its errors as C strings.
    pub(crate) fn and_quote(self, sent: &[u8]) -> Self {
        let end = memchr::memchr(0, sent).unwrap_or(sent.len());
        self.append(&sent[..end])
    }

    /// The same error, continued with a byte of the client's, whatever it is.
    pub(crate) fn and_byte(self, byte: u8) -> Self {
        self.append(&[byte])
    }

    /// The bytes between `-` and the end of the line, before the line is made safe.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same error, continued with bytes that are no part of a C string.
    pub(crate) fn append(self, bytes: &[u8]) -> Self {
        let mut text = self.0.into_owned();
        text.extend_from_slice(bytes);
        Self(Cow::Owned(text))
    }
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
    fn repeats_what_the_client_sent_up_to_a_nul() {
        let error = ErrorReply::quoting("ERR no '", b"a\xff\r\nb\0c", "' here").and(", really");
        assert_eq!(error.as_bytes(), b"ERR no 'a\xff\r\nb' here, really");
    }

    #[test]
    fn holds_fixed_and_formatted_text_alike() {
        let formatted = ErrorReply::from(format!("ERR {}", "no"));
        assert_eq!(ErrorReply::from("ERR no"), formatted);
    }
}
