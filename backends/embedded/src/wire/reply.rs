use super::{Decimal, ErrorReply, Protocol};

/// Encodes replies into a buffer, in the protocol of their connection.
///
/// Commands name the type of a value. Only this type knows how RESP2 encodes the types of RESP3: a
/// map as a flat array, a push as an array. For an aggregate, only its header is written; the
/// caller writes the items after it.
#[derive(Debug)]
pub(crate) struct Reply<'a> {
    out: &'a mut Vec<u8>,
    /// The buffer for deferred headers, if `out` is thrown away.
    muted: Option<&'a mut Vec<u8>>,
    protocol: Protocol,
}

impl<'a> Reply<'a> {
    /// Appends to `out`.
    pub(crate) fn new(out: &'a mut Vec<u8>, protocol: Protocol) -> Self {
        Self { out, muted: None, protocol }
    }

    /// Appends deferred headers to `out`, and everything else to `void`, which is thrown away.
    pub(crate) fn muted(void: &'a mut Vec<u8>, out: &'a mut Vec<u8>, protocol: Protocol) -> Self {
        Self { out: void, muted: Some(out), protocol }
    }

    /// The reply for a header that the server reserves before it knows the number of items. Such a
    /// header reaches even a client that gets no more replies.
    pub(crate) fn deferred_len(&mut self) -> Reply<'_> {
        Reply::new(self.muted.as_deref_mut().unwrap_or(self.out), self.protocol)
    }

    /// The same if `is_deferred`; otherwise the reply itself.
    pub(crate) fn deferred_if(&mut self, is_deferred: bool) -> Reply<'_> {
        if is_deferred { self.deferred_len() } else { Reply::new(self.out, self.protocol) }
    }

    /// `+OK`
    pub(crate) fn ok(&mut self) -> &mut Self {
        self.raw(b"+OK\r\n")
    }

    /// `+text`; the text must not hold a line break.
    pub(crate) fn simple(&mut self, text: &str) -> &mut Self {
        self.line(b'+', text.as_bytes())
    }

    /// `-text`, with blanks instead of line breaks, unless the error keeps them.
    pub(crate) fn error(&mut self, error: &ErrorReply) -> &mut Self {
        match error.keeps_breaks() {
            true => self.line(b'-', error.as_bytes()),
            false => self.without_breaks(b'-', error.as_bytes()),
        }
    }

    /// `+text`, with blanks instead of line breaks.
    pub(crate) fn status(&mut self, text: &[u8]) -> &mut Self {
        self.without_breaks(b'+', text)
    }

    fn without_breaks(&mut self, kind: u8, text: &[u8]) -> &mut Self {
        self.out.reserve(text.len() + 3);
        self.out.push(kind);
        self.out.extend(text.iter().map(|&byte| match byte {
            b'\r' | b'\n' => b' ',
            byte => byte,
        }));
        self.raw(b"\r\n")
    }

    /// `:1`
    pub(crate) fn integer(&mut self, value: i64) -> &mut Self {
        self.line(b':', Decimal::new(value).as_bytes())
    }

    /// `:1`, from a `usize`.
    pub(crate) fn count(&mut self, value: usize) -> &mut Self {
        self.header(b':', value)
    }

    /// `,0.5`, in RESP2 a bulk string.
    pub(crate) fn double(&mut self, value: f64) -> &mut Self {
        self.decimal(&value.to_string())
    }

    /// The same for a number that is text already.
    pub(crate) fn decimal(&mut self, text: &str) -> &mut Self {
        match self.protocol {
            Protocol::Resp2 => self.bulk(text),
            Protocol::Resp3 => self.line(b',', text.as_bytes()),
        }
    }

    /// `#t` or `#f`, in RESP2 `:1` or `:0`.
    pub(crate) fn boolean(&mut self, value: bool) -> &mut Self {
        match (self.protocol, value) {
            (Protocol::Resp2, _) => self.integer(i64::from(value)),
            (Protocol::Resp3, true) => self.raw(b"#t\r\n"),
            (Protocol::Resp3, false) => self.raw(b"#f\r\n"),
        }
    }

    /// `(12345`, in RESP2 a bulk string. Line breaks become blanks.
    pub(crate) fn big_number(&mut self, digits: &[u8]) -> &mut Self {
        if self.protocol == Protocol::Resp3 {
            return self.without_breaks(b'(', digits);
        }
        self.header(b'$', digits.len());
        let start = self.out.len();
        self.without_breaks(b' ', digits);
        self.out.remove(start);
        self
    }

    /// `$2 hi`
    pub(crate) fn bulk(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let bytes = bytes.as_ref();
        self.header(b'$', bytes.len()).raw(bytes).raw(b"\r\n")
    }

    /// The header of a bulk string of `length` bytes. The caller writes the bytes and a line break.
    pub(crate) fn bulk_header(&mut self, length: usize) -> &mut Self {
        self.header(b'$', length)
    }

    /// A bulk string that holds an integer.
    pub(crate) fn bulk_integer(&mut self, value: i64) -> &mut Self {
        self.bulk(Decimal::new(value).as_bytes())
    }

    /// A bulk string, or a null if there is none.
    pub(crate) fn bulk_or_null(&mut self, bytes: Option<impl AsRef<[u8]>>) -> &mut Self {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.null(),
        }
    }

    /// A missing string: `$-1`, or RESP3's `_`.
    pub(crate) fn null(&mut self) -> &mut Self {
        self.by_protocol(b"$-1\r\n", b"_\r\n")
    }

    /// A missing array: `*-1`, or RESP3's `_`.
    pub(crate) fn null_array(&mut self) -> &mut Self {
        self.by_protocol(b"*-1\r\n", b"_\r\n")
    }

    /// The header of `items` items.
    pub(crate) fn array(&mut self, items: usize) -> &mut Self {
        self.header(b'*', items)
    }

    /// The header of `pairs` keys, each followed by its value.
    pub(crate) fn map(&mut self, pairs: usize) -> &mut Self {
        match self.protocol {
            Protocol::Resp2 => self.header(b'*', 2 * pairs),
            Protocol::Resp3 => self.header(b'%', pairs),
        }
    }

    /// The header of `pairs` pairs: a map in RESP3, and in RESP2 an array, whose items are arrays of
    /// two. Returns whether it is a map.
    pub(crate) fn pairs(&mut self, pairs: usize) -> bool {
        let is_map = self.protocol == Protocol::Resp3;
        if is_map {
            self.map(pairs)
        } else {
            self.array(pairs)
        };
        is_map
    }

    /// The header of `items` members.
    pub(crate) fn set(&mut self, items: usize) -> &mut Self {
        self.header_by_protocol(b'~', items)
    }

    /// The header of a push of `items` items: a message or a confirmation.
    pub(crate) fn push(&mut self, items: usize) -> &mut Self {
        self.header_by_protocol(b'>', items)
    }

    /// Text for people, `=6 txt:hi`, in RESP2 a bulk string.
    pub(crate) fn verbatim(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
        self.verbatim_as(*b"txt", text.as_ref())
    }

    /// The same in another format.
    pub(crate) fn verbatim_as(&mut self, format: [u8; 3], text: &[u8]) -> &mut Self {
        match self.protocol {
            Protocol::Resp2 => self.bulk(text),
            Protocol::Resp3 => {
                self.header(b'=', text.len() + 4).raw(&format).raw(b":").raw(text).raw(b"\r\n")
            }
        }
    }

    /// Appends bytes that are already encoded.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }

    fn by_protocol(&mut self, resp2: &[u8], resp3: &[u8]) -> &mut Self {
        match self.protocol {
            Protocol::Resp2 => self.raw(resp2),
            Protocol::Resp3 => self.raw(resp3),
        }
    }

    fn header_by_protocol(&mut self, resp3: u8, items: usize) -> &mut Self {
        match self.protocol {
            Protocol::Resp2 => self.header(b'*', items),
            Protocol::Resp3 => self.header(resp3, items),
        }
    }

    #[inline]
    fn header(&mut self, kind: u8, length: usize) -> &mut Self {
        match u8::try_from(length) {
            Ok(digit @ 0..=9) => self.raw(&[kind, b'0' + digit, b'\r', b'\n']),
            Ok(two @ 10..=99) => self.raw(&[kind, b'0' + two / 10, b'0' + two % 10, b'\r', b'\n']),
            _ => self.line(kind, Decimal::unsigned(length as u64).as_bytes()),
        }
    }

    fn line(&mut self, kind: u8, text: &[u8]) -> &mut Self {
        self.out.reserve(text.len() + 3);
        self.out.push(kind);
        self.raw(text).raw(b"\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(protocol: Protocol, write: impl Fn(&mut Reply<'_>)) -> String {
        let mut out = Vec::new();
        write(&mut Reply::new(&mut out, protocol));
        out.escape_ascii().to_string().replace(r"\r\n", "|").replace(r"\'", "'")
    }

    fn assert_writes(write: impl Fn(&mut Reply<'_>), resp2: &str, resp3: &str) {
        assert_eq!(written(Protocol::Resp2, &write), resp2);
        assert_eq!(written(Protocol::Resp3, &write), resp3);
    }

    #[test]
    fn encodes_common_types_alike_in_both_protocols() {
        let same = |write: &dyn Fn(&mut Reply<'_>), both: &str| assert_writes(write, both, both);
        same(&|reply| _ = reply.ok(), "+OK|");
        same(&|reply| _ = reply.simple("PONG"), "+PONG|");
        same(&|reply| _ = reply.integer(i64::MIN), ":-9223372036854775808|");
        same(&|reply| _ = reply.count(3), ":3|");
        same(&|reply| _ = reply.bulk(b"\xff\r\n"), r"$3|\xff||");
        same(&|reply| _ = reply.bulk(""), "$0||");
        same(&|reply| _ = reply.bulk_integer(-12), "$3|-12|");
        same(&|reply| _ = reply.array(0), "*0|");
    }

    #[test]
    fn encodes_types_of_resp3_as_types_of_resp2() {
        assert_writes(|reply| _ = reply.null(), "$-1|", "_|");
        assert_writes(|reply| _ = reply.null_array(), "*-1|", "_|");
        assert_writes(|reply| _ = reply.bulk_or_null(None::<&str>), "$-1|", "_|");
        assert_writes(|reply| _ = reply.double(0.05), "$4|0.05|", ",0.05|");
        assert_writes(|reply| _ = reply.map(2), "*4|", "%2|");
        assert_writes(|reply| _ = reply.set(2), "*2|", "~2|");
        assert_writes(|reply| _ = reply.push(3), "*3|", ">3|");
        assert_writes(|reply| _ = reply.verbatim("hi"), "$2|hi|", "=6|txt:hi|");
    }

    #[test]
    fn writes_an_error_on_one_line() {
        let error = ErrorReply::quoting("ERR '", b"a\r\nb\xff", "'");
        assert_writes(|reply| _ = reply.error(&error), r"-ERR 'a  b\xff'|", r"-ERR 'a  b\xff'|");
    }

    #[test]
    fn chains_calls() {
        let message = |reply: &mut Reply<'_>| {
            reply.push(3).bulk("message").bulk("news").bulk("hi");
        };
        assert_writes(message, "*3|$7|message|$4|news|$2|hi|", ">3|$7|message|$4|news|$2|hi|");
    }
}
