use bytes::Bytes;

/// One value of RESP2 or RESP3.
///
/// Values that mean the same but are encoded differently are different frames: a bulk string is not
/// a simple string, a push is not an array, and `$-1`, `*-1` and `_` are three kinds of null.
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
    /// `_`, the null of RESP3.
    Null,
    /// `#t` and `#f`
    Boolean(bool),
    /// `,3.25`, as the received text.
    Double(Bytes),
    /// `(123…`, as the received text.
    BigNumber(Bytes),
    /// `!n`
    BulkError(Bytes),
    /// `=n`, with its three-letter format and colon: `txt:…`.
    Verbatim(Bytes),
    /// `%n`, in the received order.
    Map(Vec<(Frame, Frame)>),
    /// `~n`, in the received order.
    Set(Vec<Frame>),
    /// `>n`
    Push(Vec<Frame>),
    /// `|n`, and the value that it describes.
    Attribute(Vec<(Frame, Frame)>, Box<Frame>),
}
