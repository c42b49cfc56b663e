use bytes::{Buf, Bytes, BytesMut};

use super::number::{canonical, is_big_number, is_double};
use super::{Frame, WireError, WireErrorKind};

/// The longest bulk string in bytes, the default of Redis (`proto-max-bulk-len`).
pub const MAX_BULK: u64 = 512 * 1024 * 1024;
/// The most items in one aggregate, the limit of Redis for a request.
pub const MAX_ITEMS: u64 = i32::MAX as u64;
/// The longest line in bytes, without its type and line end.
pub const MAX_LINE: u64 = 64 * 1024;
/// The deepest nesting of aggregates.
pub const MAX_DEPTH: usize = 128;

/// Decodes frames from a server's bytes, which may arrive in pieces of any size.
///
/// When an aggregate arrives in pieces, its complete items are not decoded again. Memory is
/// reserved only for received bytes, never for an announced length.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The number of bytes already decoded of the frame at the front of the buffer.
    at: usize,
    /// The number of bytes of all frames before it.
    before: u64,
    /// The incomplete aggregates, outermost first.
    open: Vec<OpenAggregate>,
}

/// A frame and its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The frame.
    pub frame: Frame,
    /// The length of its encoding in bytes.
    pub length: usize,
}

#[derive(Debug)]
struct OpenAggregate {
    kind: u8,
    missing: u64,
    items: Vec<Frame>,
}

impl Decoder {
    /// A decoder at byte 0 of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next frame from the front of the buffer, or returns `None` until it is complete.
    ///
    /// Between calls, the caller may only append to the buffer. Bytes are removed only when a frame
    /// is complete, so after an error the buffer still holds the malformed bytes.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Decoded>, WireError> {
        loop {
            let Some(mut frame) = self.step(buffer)? else { return Ok(None) };
            // A complete frame may complete the aggregates around it.
            loop {
                let Some(parent) = self.open.last_mut() else {
                    let length = std::mem::take(&mut self.at);
                    buffer.advance(length);
                    self.before += length as u64;
                    return Ok(Some(Decoded { frame, length }));
                };
                parent.items.push(frame);
                parent.missing -= 1;
                if parent.missing > 0 {
                    break;
                }
                match self.open.pop() {
                    Some(done) => frame = done.close(),
                    None => break,
                }
            }
        }
    }

    /// Reads up to the end of the next scalar or empty aggregate.
    fn step(&mut self, buffer: &[u8]) -> Result<Option<Frame>, WireError> {
        loop {
            let Some((line, next)) = self.line(buffer)? else { return Ok(None) };
            let (kind, text) = (line[0], &line[1..]);
            let here = self.at;
            let error_kind = |error_kind| Err(self.error(here, error_kind));
            let frame = match kind {
                b'+' => Frame::Simple(Bytes::copy_from_slice(text)),
                b'-' => Frame::Error(Bytes::copy_from_slice(text)),
                b':' => match canonical(text) {
                    Some(number) => Frame::Integer(number),
                    None => return error_kind(WireErrorKind::Number(readable(text))),
                },
                b'_' if text.is_empty() => Frame::Null,
                b'#' if text == b"t" => Frame::Boolean(true),
                b'#' if text == b"f" => Frame::Boolean(false),
                b',' if is_double(text) => Frame::Double(Bytes::copy_from_slice(text)),
                b'(' if is_big_number(text) => Frame::BigNumber(Bytes::copy_from_slice(text)),
                b'$' if text == b"-1" => Frame::NullBulk,
                b'*' if text == b"-1" => Frame::NullArray,
                b'_' | b'#' | b',' | b'(' => {
                    return error_kind(WireErrorKind::Value {
                        what: name(kind),
                        value: readable(text),
                    });
                }
                b'$' | b'!' | b'=' => {
                    let length = self.length(text, "bulk length", MAX_BULK)? as usize;
                    let end = next + length;
                    if let Some(tail) = buffer.get(end..)
                        && !tail.is_empty()
                        && !b"\r\n".starts_with(&tail[..tail.len().min(2)])
                    {
                        return Err(self.error(end, WireErrorKind::LineEnd));
                    }
                    if buffer.len() < end + 2 {
                        return Ok(None);
                    }
                    let bytes = &buffer[next..end];
                    if kind == b'=' && (length < 4 || bytes[3] != b':') {
                        let value = readable(&bytes[..length.min(4)]);
                        return error_kind(WireErrorKind::Value { what: "verbatim format", value });
                    }
                    self.at = end + 2;
                    return Ok(Some(bulk(kind, Bytes::copy_from_slice(bytes))));
                }
                _ => {
                    let count = self.length(text, "item count", MAX_ITEMS)?;
                    self.open_aggregate(kind, count)?;
                    self.at = next;
                    match self.open.pop_if(|open| open.missing == 0) {
                        Some(empty) => return Ok(Some(empty.close())),
                        None => continue,
                    }
                }
            };
            self.at = next;
            return Ok(Some(frame));
        }
    }

    /// The line at `at`, with its type but without its end, and the start of the next line.
    fn line<'a>(&self, buffer: &'a [u8]) -> Result<Option<(&'a [u8], usize)>, WireError> {
        let rest = &buffer[self.at..];
        let Some(&kind) = rest.first() else { return Ok(None) };
        if !b"+-:$*_#,(!=%~>|".contains(&kind) {
            return Err(self.error(self.at, WireErrorKind::UnknownType(kind)));
        }
        let limit = 1 + MAX_LINE as usize;
        let Some(end) = rest.iter().take(limit + 1).position(|&b| b == b'\r' || b == b'\n') else {
            if rest.len() > limit {
                let announced = rest.len() as u64 - 1;
                let error_kind =
                    WireErrorKind::Limit { what: "line length", announced, limit: MAX_LINE };
                return Err(self.error(self.at, error_kind));
            }
            return Ok(None);
        };
        match &rest[end..] {
            [b'\r'] => Ok(None),
            [b'\r', b'\n', ..] => Ok(Some((&rest[..end], self.at + end + 2))),
            _ => Err(self.error(self.at + end, WireErrorKind::LineEnd)),
        }
    }

    fn length(&self, text: &[u8], what: &'static str, limit: u64) -> Result<u64, WireError> {
        if text.starts_with(b"?") {
            return Err(self.error(self.at, WireErrorKind::Streamed));
        }
        let number = canonical(text).and_then(|number| u64::try_from(number).ok());
        match number {
            None => Err(self.error(self.at, WireErrorKind::Number(readable(text)))),
            Some(announced) if announced > limit => {
                Err(self.error(self.at, WireErrorKind::Limit { what, announced, limit }))
            }
            Some(length) => Ok(length),
        }
    }

    fn open_aggregate(&mut self, kind: u8, count: u64) -> Result<(), WireError> {
        let depth = self.open.len() + 1;
        if depth > MAX_DEPTH {
            let (announced, limit) = (depth as u64, MAX_DEPTH as u64);
            return Err(
                self.error(self.at, WireErrorKind::Limit { what: "nesting", announced, limit })
            );
        }
        let missing = match kind {
            b'%' => count * 2,
            // An attribute is followed by the value that it describes.
            b'|' => count * 2 + 1,
            _ => count,
        };
        self.open.push(OpenAggregate { kind, missing, items: Vec::new() });
        Ok(())
    }

    fn error(&self, at: usize, error_kind: WireErrorKind) -> WireError {
        WireError { kind: error_kind, at: self.before + at as u64 }
    }
}

impl OpenAggregate {
    fn close(mut self) -> Frame {
        match self.kind {
            b'>' => Frame::Push(self.items),
            b'~' => Frame::Set(self.items),
            b'%' => Frame::Map(paired(self.items)),
            b'|' => {
                let value = self.items.pop().unwrap_or(Frame::Null);
                Frame::Attribute(paired(self.items), Box::new(value))
            }
            _ => Frame::Array(self.items),
        }
    }
}

fn paired(items: Vec<Frame>) -> Vec<(Frame, Frame)> {
    let mut items = items.into_iter();
    std::iter::from_fn(|| Some((items.next()?, items.next()?))).collect()
}

fn bulk(kind: u8, bytes: Bytes) -> Frame {
    match kind {
        b'!' => Frame::BulkError(bytes),
        b'=' => Frame::Verbatim(bytes),
        _ => Frame::Bulk(bytes),
    }
}

fn name(kind: u8) -> &'static str {
    match kind {
        b'_' => "null",
        b'#' => "boolean",
        b',' => "double",
        _ => "big number",
    }
}

/// The start of a received text, for error messages.
fn readable(text: &[u8]) -> String {
    text[..text.len().min(40)].escape_ascii().to_string()
}
