/// Bytes that are not a frame of RESP2 or RESP3 in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {at}")]
pub struct WireError {
    /// The problem.
    pub kind: WireErrorKind,
    /// The position, counted from the first byte that the decoder was given.
    pub at: u64,
}

/// The problem with the bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireErrorKind {
    /// The first byte of a frame is not a known type.
    #[error("no frame begins with '{}'", .0.escape_ascii())]
    UnknownType(u8),
    /// A length or integer that is not a number in canonical form.
    #[error("'{0}' is not a canonical number")]
    Number(String),
    /// A text that is not a value of its type.
    #[error("'{value}' is not a valid {what}")]
    Value {
        /// The type, in words.
        what: &'static str,
        /// The received text.
        value: String,
    },
    /// Other bytes in the place of the CR LF that ends a line or bulk string.
    #[error("expected CR LF")]
    LineEnd,
    /// The length of a streamed RESP3 string or aggregate. No known server sends these.
    #[error("streamed strings and aggregates are not supported")]
    Streamed,
    /// A length that exceeds a limit of this decoder.
    #[error("{what} {announced} exceeds the limit of {limit}")]
    Limit {
        /// The thing that was counted.
        what: &'static str,
        /// The announced or received amount.
        announced: u64,
        /// The allowed amount.
        limit: u64,
    },
}
