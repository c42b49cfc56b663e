use bytes::{Buf, Bytes, BytesMut};

use super::decode::{MAX_BULK, MAX_ITEMS};
use super::number::canonical;

/// One input from a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientInput {
    /// A request: an array of bulk strings in canonical form.
    Request(Vec<Bytes>),
    /// Any other bytes, unchanged: an inline command with its line end, or malformed input.
    Raw(Bytes),
}

/// Takes the next input from the front of the buffer, or returns `None` until it is complete.
///
/// It never fails: bytes that are not a request are [`ClientInput::Raw`], and the server decides
/// how to answer them. After malformed input the start of the next request is unknown, so the whole
/// buffer is raw. At the end of the stream the rest of the buffer is raw too.
pub fn decode_request(buffer: &mut BytesMut) -> Option<ClientInput> {
    match buffer.first()? {
        b'*' => match measure(buffer) {
            Measured::Incomplete => None,
            Measured::Malformed => Some(ClientInput::Raw(buffer.split().freeze())),
            Measured::Request { words, length } => {
                let whole = buffer.split_to(length).freeze();
                Some(ClientInput::Request(
                    words.into_iter().map(|(a, b)| whole.slice(a..b)).collect(),
                ))
            }
        },
        _ => {
            let end = buffer.iter().position(|&byte| byte == b'\n')? + 1;
            Some(ClientInput::Raw(buffer.split_to(end).freeze()))
        }
    }
}

enum Measured {
    Incomplete,
    Malformed,
    Request { words: Vec<(usize, usize)>, length: usize },
}

fn measure(buffer: &[u8]) -> Measured {
    let mut rest = buffer;
    let count = match length(&mut rest, b'*', MAX_ITEMS) {
        Ok(Some(count)) => count,
        Ok(None) => return Measured::Incomplete,
        Err(Malformed) => return Measured::Malformed,
    };
    let mut words = Vec::new();
    for _ in 0..count {
        let length = match length(&mut rest, b'$', MAX_BULK) {
            Ok(Some(length)) => length as usize,
            Ok(None) => return Measured::Incomplete,
            Err(Malformed) => return Measured::Malformed,
        };
        let end = &rest[length.min(rest.len())..];
        if !b"\r\n".starts_with(&end[..end.len().min(2)]) {
            return Measured::Malformed;
        }
        if end.len() < 2 {
            return Measured::Incomplete;
        }
        let start = buffer.len() - rest.len();
        words.push((start, start + length));
        rest.advance(length + 2);
    }
    Measured::Request { words, length: buffer.len() - rest.len() }
}

struct Malformed;

/// The number of bytes of the longest length with its line end: `9223372036854775807\r\n`.
const LONGEST_LENGTH: usize = 21;

fn length(rest: &mut &[u8], kind: u8, limit: u64) -> Result<Option<u64>, Malformed> {
    let Some((&first, digits)) = rest.split_first() else { return Ok(None) };
    if first != kind {
        return Err(Malformed);
    }
    let Some(end) = digits.iter().take(LONGEST_LENGTH).position(|&byte| byte == b'\n') else {
        return if digits.len() < LONGEST_LENGTH { Ok(None) } else { Err(Malformed) };
    };
    let text = digits[..end].strip_suffix(b"\r").ok_or(Malformed)?;
    let number = canonical(text).and_then(|number| u64::try_from(number).ok()).ok_or(Malformed)?;
    if number > limit {
        return Err(Malformed);
    }
    rest.advance(1 + end + 1);
    Ok(Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::encode_request;
    use proptest::prelude::*;

    fn raw(text: &'static [u8]) -> Option<ClientInput> {
        Some(ClientInput::Raw(Bytes::from_static(text)))
    }

    fn words(words: &[&'static str]) -> Option<ClientInput> {
        Some(ClientInput::Request(
            words.iter().map(|word| Bytes::from_static(word.as_bytes())).collect(),
        ))
    }

    #[test]
    fn inline_commands_are_taken_line_by_line() {
        let mut buffer = BytesMut::from(&b"PING\r\n\n*1\r\n$4\r\nPING\r\nECHO"[..]);
        assert_eq!(decode_request(&mut buffer), raw(b"PING\r\n"));
        assert_eq!(decode_request(&mut buffer), raw(b"\n"));
        assert_eq!(decode_request(&mut buffer), words(&["PING"]));
        assert_eq!(decode_request(&mut buffer), None);
        assert_eq!(&buffer[..], b"ECHO");
    }

    #[test]
    fn malformed_input_is_taken_unchanged() {
        for bytes in [
            &b"*01\r\n$4\r\nPING\r\n"[..],
            b"*1\n$4\r\nPING\r\n",
            b"*1\r\n$4\r\nPINGXX",
            b"*1\r\n$-1\r\n",
            b"*-1\r\n",
            b"*1\r\n:1\r\n",
            b"*1\r\n$536870913\r\n",
            b"*9999999999999999999999",
        ] {
            let mut buffer = BytesMut::from(bytes);
            let input = decode_request(&mut buffer);
            assert_eq!(input, raw(bytes), "{}", bytes.escape_ascii());
            assert!(buffer.is_empty());
        }
    }

    #[test]
    fn the_empty_request_is_a_request() {
        assert_eq!(decode_request(&mut BytesMut::from(&b"*0\r\n"[..])), words(&[]));
    }

    proptest! {
        #[test]
        fn encoded_requests_are_decoded_at_their_last_byte(
            words in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..6)
        ) {
            let words: Vec<Bytes> = words.into_iter().map(Bytes::from).collect();
            let mut whole = BytesMut::new();
            encode_request(&words, &mut whole);
            let mut buffer = BytesMut::new();
            for (at, byte) in whole.iter().enumerate() {
                buffer.extend_from_slice(&[*byte]);
                let input = decode_request(&mut buffer);
                let expected = (at + 1 == whole.len()).then(|| ClientInput::Request(words.clone()));
                prop_assert_eq!(input, expected);
            }
        }

        #[test]
        fn every_byte_is_returned_exactly_once(bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(&b"*$\r\n0123"[..])], 0..60))
        {
            let mut buffer = BytesMut::from(&bytes[..]);
            let mut back = BytesMut::new();
            while let Some(input) = decode_request(&mut buffer) {
                match input {
                    ClientInput::Request(words) => encode_request(&words, &mut back),
                    ClientInput::Raw(raw) => back.extend_from_slice(&raw),
                }
            }
            back.extend_from_slice(&buffer);
            prop_assert_eq!(&back[..], &bytes[..]);
        }
    }
}
