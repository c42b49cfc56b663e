use bytes::Bytes;

/// One value as it crossed the wire, in either protocol.
///
/// Values that mean the same but are spelt differently stay different: a bulk string is not a
/// simple string, a push is not an array, and `$-1`, `*-1` and `_` are three kinds of nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Frame {
    /// `+OK`
    Simple(Bytes),
    /// `-ERR …`, without the dash.
    Error(Bytes),
    /// `:1`
    Integer(i64),
    /// `$2 hi`
    Bulk(Bytes),
    /// `$-1`, RESP2 only.
    NullBulk,
    /// `*n`
    Array(Vec<Frame>),
    /// `*-1`, RESP2 only.
    NullArray,
    /// `_`, RESP3's one null.
    Null,
    /// `#t` and `#f`
    Boolean(bool),
    /// `,3.25`, kept as it was spelt.
    Double(Bytes),
    /// `(123…`, kept as it was spelt.
    BigNumber(Bytes),
    /// `!n`
    BulkError(Bytes),
    /// `=n`, with its three-letter format and colon: `txt:…`.
    Verbatim(Bytes),
    /// `%n`, in the order of the wire.
    Map(Vec<(Frame, Frame)>),
    /// `~n`, in the order of the wire.
    Set(Vec<Frame>),
    /// `>n`
    Push(Vec<Frame>),
    /// `|n`, and the value it is about.
    Attribute(Vec<(Frame, Frame)>, Box<Frame>),
}
