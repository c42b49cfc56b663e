//! The payload of `FUNCTION DUMP`: for each library a mark and its code, as servers write texts into
//! their files.

use crate::state::keyspace::payload::{Reader, Writer, open};
use crate::wire::ErrorReply;

/// The mark of a library's code.
const FUNCTION: u8 = 245;
/// The mark of a text that is compressed.
const COMPRESSED: u8 = 0xC3;

const WRONG: &str = "ERR DUMP payload version or checksum are wrong";
const BROKEN: &str = "ERR failed loading functions from payload";

pub(super) fn write<'a>(codes: impl Iterator<Item = &'a [u8]>, version: u16) -> Vec<u8> {
    let mut payload = Writer::default();
    codes.for_each(|code| payload.kind(FUNCTION).string(code));
    payload.seal(version)
}

/// The codes of the libraries in a payload, which may not be of a newer version.
pub(super) fn read(payload: &[u8], newest: u16) -> Result<Vec<Vec<u8>>, ErrorReply> {
    let mut input = Reader::new(open(payload, newest).ok_or(WRONG)?);
    let mut found = Vec::new();
    while !input.is_at_end() {
        if input.byte() != Some(FUNCTION) {
            return Err("ERR given type is not a function".into());
        }
        found.push(read_text(&mut input).ok_or(BROKEN)?);
    }
    Ok(found)
}

/// A text: as it is, or compressed.
fn read_text(input: &mut Reader<'_>) -> Option<Vec<u8>> {
    if !input.is_next(COMPRESSED) {
        return input.string();
    }
    input.byte()?;
    let (packed, length) = (input.number()?, input.number()?);
    let packed = input.take(usize::try_from(packed).ok()?)?;
    decompress(packed, usize::try_from(length).ok()?)
}

/// Unpacks LZF: runs of bytes, and references to bytes before them.
fn decompress(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut packed = Reader::new(packed);
    let mut out: Vec<u8> = Vec::new();
    while let Some(control) = packed.byte().map(usize::from) {
        if control < 32 {
            out.extend_from_slice(packed.take(control + 1)?);
        } else {
            let mut count = (control >> 5) + 2;
            if count == 9 {
                count += usize::from(packed.byte()?);
            }
            let low = usize::from(packed.byte()?);
            let start = out.len().checked_sub(((control & 31) << 8 | low) + 1)?;
            for place in start..start + count {
                out.push(*out.get(place)?);
            }
        }
        if out.len() > length {
            return None;
        }
    }
    (out.len() == length).then_some(out)
}
