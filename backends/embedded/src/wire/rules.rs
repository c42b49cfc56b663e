/// What servers of some versions take for a request, and others do not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InputRules {
    /// The most words that a request may announce.
    pub(crate) max_arguments: i64,
    /// Whether a NUL hides the end of the line that announces something, as it hides the end of a
    /// line of words everywhere.
    pub(crate) nul_hides_line_end: bool,
    /// Whether the bytes that end a line or an argument must be a line break.
    pub(crate) checks_crlf: bool,
    /// Whether a word of a line goes on behind a closing quote.
    pub(crate) allows_text_after_quotes: bool,
    /// Whether a line loses every byte `\xff` that is not written as an escape.
    pub(crate) loses_last_byte: bool,
}
