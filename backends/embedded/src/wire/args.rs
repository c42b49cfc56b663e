use std::ops::Index;

/// The length of a line end.
const LINE_END: usize = 2;

/// The position of an argument in the bytes of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The arguments of a request, the command's name first, in the buffer that received them.
///
/// They live as long as the command runs: a command that keeps an argument copies it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Args<'a> {
    bytes: &'a [u8],
    spans: &'a [Span],
}

impl<'a> Args<'a> {
    pub(super) fn new(bytes: &'a [u8], spans: &'a [Span]) -> Self {
        Self { bytes, spans }
    }

    /// The number of arguments.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are no arguments.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The argument at `index`, if there is one.
    pub(crate) fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.spans.get(index).map(|span| &self.bytes[span.start..span.end])
    }

    /// The arguments from `index` on; an empty list if there are fewer.
    pub(crate) fn from(&self, index: usize) -> Self {
        Self { bytes: self.bytes, spans: self.spans.get(index..).unwrap_or_default() }
    }

    /// The first `count` arguments; all of them if there are fewer.
    pub(crate) fn up_to(&self, count: usize) -> Self {
        Self { bytes: self.bytes, spans: self.spans.get(..count).unwrap_or(self.spans) }
    }

    /// The arguments, in order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + Clone + use<'a> {
        let bytes = self.bytes;
        self.spans.iter().map(move |span| &bytes[span.start..span.end])
    }

    /// The length of the request: as an inline command with single blanks, or as an array.
    pub(crate) fn encoded_len(&self, is_inline: bool) -> usize {
        let texts: usize = self.spans.iter().map(|span| span.end - span.start).sum();
        if is_inline {
            return texts + self.len() + LINE_END - 1;
        }
        let digits = |number: usize| 1 + number.checked_ilog10().unwrap_or_default() as usize;
        let header = |number: usize| 1 + digits(number) + LINE_END;
        let headers = self.spans.iter().map(|span| header(span.end - span.start) + LINE_END);
        header(self.len()) + headers.sum::<usize>() + texts
    }

    /// Copies the arguments, so that they outlive the buffer.
    pub(crate) fn to_request(self) -> Request {
        Request::of(self.iter())
    }
}

/// Panics like a slice if there is no argument at the index.
impl Index<usize> for Args<'_> {
    type Output = [u8];

    fn index(&self, index: usize) -> &[u8] {
        let span = self.spans[index];
        &self.bytes[span.start..span.end]
    }
}

/// A request that owns its bytes, such as one that is queued for `EXEC`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    bytes: Box<[u8]>,
    spans: Box<[Span]>,
}

impl Request {
    /// The arguments of the request.
    pub(crate) fn args(&self) -> Args<'_> {
        Args::new(&self.bytes, &self.spans)
    }

    /// Builds a request from its arguments, as if they had been received.
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

/// A buffer for requests that this server builds, one after the other. It keeps its memory.
#[derive(Debug, Default)]
pub(crate) struct RequestBuffer {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

impl RequestBuffer {
    /// Begins a new request.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
    }

    /// Appends an argument.
    pub(crate) fn push(&mut self, word: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(word);
        self.spans.push(Span { start, end: self.bytes.len() });
    }

    /// The arguments of the request.
    pub(crate) fn args(&self) -> Args<'_> {
        Args::new(&self.bytes, &self.spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_arguments() {
        let request = Request::of(["SET", "", "v"]);
        let args = request.args();
        assert_eq!((args.len(), args.is_empty()), (3, false));
        assert_eq!(args.iter().collect::<Vec<_>>(), [b"SET".as_slice(), b"", b"v"]);
        assert_eq!((args.get(2), args.get(3)), (Some(b"v".as_slice()), None));
        assert_eq!(&args[1], b"");
    }

    #[test]
    fn continues_from_any_index() {
        let request = Request::of(["a", "b", "c"]);
        let words =
            |index| request.args().from(index).iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(words(1), [b"b", b"c"]);
        assert!(words(3).is_empty());
        assert!(words(4).is_empty());
    }

    #[test]
    fn copies_arguments_without_the_bytes_around_them() {
        let spans =
            [Span { start: 4, end: 6 }, Span { start: 8, end: 8 }, Span { start: 1, end: 3 }];
        let copy = Args::new(b"0123456789", &spans).to_request();
        assert_eq!(copy, Request::of(["45", "", "12"]));
    }
}
