use bytes::{BufMut, Bytes, BytesMut};

use super::Frame;

/// Appends the frame's bytes.
///
/// A simple string or error that contains CR or LF cannot be encoded: it is written unchanged and
/// will be read as something else. The decoder never returns such a frame.
pub fn encode(frame: &Frame, out: &mut BytesMut) {
    match frame {
        Frame::Simple(text) => line(out, b'+', text),
        Frame::Error(text) => line(out, b'-', text),
        Frame::Integer(number) => head(out, b':', *number),
        Frame::Bulk(bytes) => bulk(out, b'$', bytes),
        Frame::NullBulk => out.put_slice(b"$-1\r\n"),
        Frame::Array(items) => aggregate(out, b'*', items),
        Frame::NullArray => out.put_slice(b"*-1\r\n"),
        Frame::Null => out.put_slice(b"_\r\n"),
        Frame::Boolean(true) => out.put_slice(b"#t\r\n"),
        Frame::Boolean(false) => out.put_slice(b"#f\r\n"),
        Frame::Double(text) => line(out, b',', text),
        Frame::BigNumber(text) => line(out, b'(', text),
        Frame::BulkError(bytes) => bulk(out, b'!', bytes),
        Frame::Verbatim(bytes) => bulk(out, b'=', bytes),
        Frame::Map(entries) => pairs(out, b'%', entries),
        Frame::Set(items) => aggregate(out, b'~', items),
        Frame::Push(items) => aggregate(out, b'>', items),
        Frame::Attribute(entries, value) => {
            pairs(out, b'|', entries);
            encode(value, out);
        }
    }
}

/// Appends a request as an array of bulk strings.
pub fn encode_request(words: &[Bytes], out: &mut BytesMut) {
    head(out, b'*', words.len() as i64);
    for word in words {
        bulk(out, b'$', word);
    }
}

fn line(out: &mut BytesMut, kind: u8, text: &[u8]) {
    out.put_u8(kind);
    out.put_slice(text);
    out.put_slice(b"\r\n");
}

fn head(out: &mut BytesMut, kind: u8, number: i64) {
    line(out, kind, number.to_string().as_bytes());
}

fn bulk(out: &mut BytesMut, kind: u8, bytes: &[u8]) {
    head(out, kind, bytes.len() as i64);
    out.reserve(bytes.len() + 2);
    out.put_slice(bytes);
    out.put_slice(b"\r\n");
}

fn aggregate(out: &mut BytesMut, kind: u8, items: &[Frame]) {
    head(out, kind, items.len() as i64);
    for item in items {
        encode(item, out);
    }
}

fn pairs(out: &mut BytesMut, kind: u8, entries: &[(Frame, Frame)]) {
    head(out, kind, entries.len() as i64);
    for (key, value) in entries {
        encode(key, out);
        encode(value, out);
    }
}
