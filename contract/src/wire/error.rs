/// Bytes that are no frame of either protocol, or not in its one canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {at}")]
pub struct WireError {
    /// What is wrong.
    pub kind: WireErrorKind,
    /// Where, counted from the first byte that the decoder was ever given.
    pub at: u64,
}

/// What is wrong with the bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireErrorKind {
    /// The first byte of a frame names no type.
    #[error("no frame begins with '{}'", .0.escape_ascii())]
    UnknownType(u8),
    /// A length or integer that is none, or is not spelt in the shortest way.
    #[error("'{0}' is no canonical number")]
    Number(String),
    /// A value that its type does not have.
    #[error("'{value}' is no {what}")]
    Value {
        /// The type, in words.
        what: &'static str,
        /// What was there instead.
        value: String,
    },
    /// Something else where CR LF ends a line or a bulk.
    #[error("expected CR LF")]
    LineEnd,
    /// A length of RESP3's streamed strings and aggregates, which no known server sends.
    #[error("streamed lengths are not part of this contract")]
    Streamed,
    /// More than this side is willing to hold.
    #[error("{what} {announced} exceeds the limit of {limit}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// How much of it was announced or is there.
        announced: u64,
        /// How much is allowed.
        limit: u64,
    },
}
