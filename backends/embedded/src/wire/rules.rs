/// The rules of parsing requests that differ between servers.
///
/// A field of type `bool` says what the server does when it is `true`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InputRules {
    /// The largest number of arguments that a request may announce.
    pub(crate) max_arguments: i64,
    /// A NUL in a line `*n` hides the end of the line, as it does in inline commands on every
    /// server; otherwise the line ends at its line break.
    pub(crate) nul_hides_count_end: bool,
    /// The same for a line `$n`.
    pub(crate) nul_hides_length_end: bool,
    /// An error in a line `$n` is reported only if the server has read the line together with the
    /// `*n` of its request. Otherwise the client gets no reply any more, and stays connected.
    pub(crate) hangs_at_late_length_errors: bool,
    /// The two bytes that end a header line or an argument must be `\r\n`; otherwise the server
    /// only looks for the `\r` of a header line.
    pub(crate) checks_crlf: bool,
    /// A word of an inline command may continue after a closing quote; otherwise that is an error.
    pub(crate) allows_text_after_quotes: bool,
    /// An inline command loses every byte `\xff` that is not written as an escape.
    pub(crate) drops_byte_ff: bool,
}
