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

impl Frame {
    /// The frame with every string in it changed.
    pub fn map_text(self, change: &mut impl FnMut(Bytes) -> Bytes) -> Self {
        let mut all = |frames: Vec<Self>| -> Vec<Self> {
            frames.into_iter().map(|frame| frame.map_text(change)).collect()
        };
        match self {
            Self::Array(items) => Self::Array(all(items)),
            Self::Push(items) => Self::Push(all(items)),
            Self::Set(items) => Self::Set(all(items)),
            Self::Map(pairs) => Self::Map(map_pairs(pairs, change)),
            Self::Attribute(pairs, value) => {
                let pairs = map_pairs(pairs, change);
                Self::Attribute(pairs, Box::new(value.map_text(change)))
            }
            Self::Simple(text) => Self::Simple(change(text)),
            Self::Error(text) => Self::Error(change(text)),
            Self::Bulk(text) => Self::Bulk(change(text)),
            Self::BulkError(text) => Self::BulkError(change(text)),
            Self::Verbatim(text) => Self::Verbatim(change(text)),
            other => other,
        }
    }
}

fn map_pairs(
    pairs: Vec<(Frame, Frame)>,
    change: &mut impl FnMut(Bytes) -> Bytes,
) -> Vec<(Frame, Frame)> {
    pairs.into_iter().map(|(key, value)| (key.map_text(change), value.map_text(change))).collect()
}
