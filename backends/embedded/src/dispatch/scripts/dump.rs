//! The payload of `FUNCTION DUMP`: for each library a mark and its code, as servers write texts into
//! their files.

use crate::state::keyspace::payload::{Reader, Writer, open};
use crate::wire::ErrorReply;

/// The mark of a library's code.
const FUNCTION: u8 = 245;

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
        found.push(input.string().ok_or(BROKEN)?);
    }
    Ok(found)
}
