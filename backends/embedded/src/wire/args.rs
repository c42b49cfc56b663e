use std::ops::Index;

/// Where a word stands in the bytes that it was sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The words of a request, the command's name first, still where they were received.
///
/// They live as long as the command runs: what keeps a word for longer copies it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Args<'a> {
    bytes: &'a [u8],
    spans: &'a [Span],
}

impl<'a> Args<'a> {
    pub(super) fn new(bytes: &'a [u8], spans: &'a [Span]) -> Self {
        Self { bytes, spans }
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether no words are left.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The word at `index`, if there are so many.
    pub(crate) fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.spans.get(index).map(|span| &self.bytes[span.start..span.end])
    }

    /// The words from `index` on; none if there are not so many.
    pub(crate) fn from(&self, index: usize) -> Self {
        Self { bytes: self.bytes, spans: self.spans.get(index..).unwrap_or_default() }
    }

    /// One word after the other.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + Clone + use<'a> {
        let bytes = self.bytes;
        self.spans.iter().map(move |span| &bytes[span.start..span.end])
    }

    /// A copy that outlives the buffer.
    pub(crate) fn to_request(self) -> Request {
        Request::of(self.iter())
    }
}

/// Panics like a slice does, where there are not so many words.
impl Index<usize> for Args<'_> {
    type Output = [u8];

    fn index(&self, index: usize) -> &[u8] {
        let span = self.spans[index];
        &self.bytes[span.start..span.end]
    }
}

/// A request of its own memory, as it waits for `EXEC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    bytes: Box<[u8]>,
    spans: Box<[Span]>,
}

impl Request {
    /// Its words.
    pub(crate) fn args(&self) -> Args<'_> {
        Args::new(&self.bytes, &self.spans)
    }

    /// A request of these words, as if they had been received.
    pub(crate) fn of<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let mut bytes = Vec::new();
        let spans = words
            .into_iter()
            .map(|word| {
                let start = bytes.len();
                bytes.extend_from_slice(word.as_ref());
                Span { start, end: bytes.len() }
            })
            .collect();
        Self { bytes: bytes.into(), spans }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_words_in_order() {
        let request = Request::of(["SET", "", "v"]);
        let args = request.args();
        assert_eq!((args.len(), args.is_empty()), (3, false));
        assert_eq!(args.iter().collect::<Vec<_>>(), [b"SET".as_slice(), b"", b"v"]);
        assert_eq!((args.get(2), args.get(3)), (Some(b"v".as_slice()), None));
        assert_eq!(&args[1], b"");
    }

    #[test]
    fn go_on_from_any_index() {
        let request = Request::of(["a", "b", "c"]);
        let words =
            |index| request.args().from(index).iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(words(1), [b"b", b"c"]);
        assert!(words(3).is_empty());
        assert!(words(4).is_empty());
    }

    #[test]
    fn are_copied_without_what_is_around_them() {
        let spans =
            [Span { start: 4, end: 6 }, Span { start: 8, end: 8 }, Span { start: 1, end: 3 }];
        let copy = Args::new(b"0123456789", &spans).to_request();
        assert_eq!(copy, Request::of(["45", "", "12"]));
    }
}
