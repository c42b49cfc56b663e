//! IDs of entries in requests.

use crate::state::keyspace::stream::StreamId;
use crate::wire::ErrorReply;

pub(super) const INVALID_ID: &str = "ERR Invalid stream ID specified as stream command argument";

/// Parses a complete ID, or a time, which stands for its first ID.
pub(super) fn parse_id(word: &[u8]) -> Result<StreamId, ErrorReply> {
    StreamId::parse(word, 0).ok_or_else(|| INVALID_ID.into())
}

/// Parses the ends of a range, both included in the result. A time at the end stands for its last ID.
pub(super) fn parse_bounds(start: &[u8], end: &[u8]) -> Result<(StreamId, StreamId), ErrorReply> {
    Ok((parse_start(start)?, parse_end(end)?))
}

/// Parses the start of a range.
pub(super) fn parse_start(word: &[u8]) -> Result<StreamId, ErrorReply> {
    match word {
        [b'(', word @ ..] => {
            parse_id(word)?.next().ok_or_else(|| "ERR invalid start ID for the interval".into())
        }
        word => parse_end_of_range(word, 0),
    }
}

fn parse_end(word: &[u8]) -> Result<StreamId, ErrorReply> {
    match word {
        [b'(', word @ ..] => {
            let id = StreamId::parse(word, u64::MAX).ok_or(INVALID_ID)?;
            id.previous().ok_or_else(|| "ERR invalid end ID for the interval".into())
        }
        word => parse_end_of_range(word, u64::MAX),
    }
}

fn parse_end_of_range(word: &[u8], default: u64) -> Result<StreamId, ErrorReply> {
    match word {
        b"-" => Ok(StreamId::MIN),
        b"+" => Ok(StreamId::MAX),
        word => StreamId::parse(word, default).ok_or_else(|| INVALID_ID.into()),
    }
}
