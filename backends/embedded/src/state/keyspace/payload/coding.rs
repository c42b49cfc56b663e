//! Numbers, strings and the end of a payload.

use std::ops::Range;

use super::lzf;
use crate::state::keyspace::stream::StreamId;
use crate::wire::parse_integer;

/// The two highest bits of the first byte of a number say how long it is.
const TWO_BYTES: u8 = 0x40;
const FOUR_BYTES: u8 = 0x80;
const EIGHT_BYTES: u8 = 0x81;
/// Instead of a length: the string is an integer of one, two or four bytes.
const INTEGERS: [u8; 3] = [0xc0, 0xc1, 0xc2];
/// Instead of a length: the string is compressed.
const COMPRESSED: u8 = 0xc3;
/// The longest text of an integer of four bytes.
const INTEGER_LEN: usize = 11;

#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn kind(&mut self, kind: u8) -> &mut Self {
        self.0.push(kind);
        self
    }

    pub(crate) fn number(&mut self, number: u64) {
        match number {
            0..64 => self.0.push(number as u8),
            64..16_384 => self.0.extend([TWO_BYTES | (number >> 8) as u8, number as u8]),
            _ => match u32::try_from(number) {
                Ok(number) => {
                    self.0.push(FOUR_BYTES);
                    self.0.extend(number.to_be_bytes());
                }
                Err(_) => {
                    self.0.push(EIGHT_BYTES);
                    self.0.extend(number.to_be_bytes());
                }
            },
        }
    }

    pub(crate) fn string(&mut self, bytes: &[u8]) {
        let integer = parse_integer(bytes).filter(|_| bytes.len() <= INTEGER_LEN);
        let Some(integer) = integer.and_then(|integer| i32::try_from(integer).ok()) else {
            return self.text(bytes);
        };
        let length = match integer {
            -0x80..0x80 => 1,
            -0x8000..0x8000 => 2,
            _ => 4,
        };
        self.0.push(INTEGERS[length / 2]);
        self.0.extend(&integer.to_le_bytes()[..length]);
    }

    /// A string that is no integer.
    pub(super) fn text(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes(bytes);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    pub(super) fn double(&mut self, number: f64) {
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn id(&mut self, id: StreamId) {
        self.number(id.millis);
        self.number(id.number);
    }

    /// An ID of which each number has eight bytes.
    pub(super) fn whole_id(&mut self, id: StreamId) {
        self.bytes(&whole_id(id));
    }

    /// The payload without an end.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Ends the payload with the version of servers that read it, and the checksum.
    pub(crate) fn seal(mut self, version: u16) -> Vec<u8> {
        self.0.extend(version.to_le_bytes());
        let checksum = checksum(&self.0);
        self.0.extend(checksum.to_le_bytes());
        self.0
    }
}

/// The versions of servers of Redis that Valkey does not read.
const ONLY_OF_REDIS: Range<u16> = 12..80;

/// The payload without its end; `None` if it is not whole, or of a version that a server with this
/// newest one does not read.
pub(crate) fn open(payload: &[u8], newest: u16) -> Option<&[u8]> {
    let (rest, crc) = payload.split_last_chunk::<8>()?;
    open_unchecked(payload, newest).filter(|_| u64::from_le_bytes(*crc) == checksum(rest))
}

/// The same, whatever the checksum is.
pub(crate) fn open_unchecked(payload: &[u8], newest: u16) -> Option<&[u8]> {
    let (rest, _) = payload.split_last_chunk::<8>()?;
    let (body, version) = rest.split_last_chunk::<2>()?;
    let version = u16::from_le_bytes(*version);
    let is_foreign = ONLY_OF_REDIS.contains(&version) && !ONLY_OF_REDIS.contains(&newest);
    (version <= newest && !is_foreign).then_some(body)
}

/// Reads what a [`Writer`] wrote.
#[derive(Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this byte is the next.
    pub(super) fn is_next(&self, byte: u8) -> bool {
        self.0.first() == Some(&byte)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        match first {
            ..TWO_BYTES => Some(first.into()),
            TWO_BYTES..FOUR_BYTES => Some(u64::from(first & 0x3f) << 8 | u64::from(self.byte()?)),
            FOUR_BYTES => Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?).into()),
            EIGHT_BYTES => Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?)),
            _ => None,
        }
    }

    pub(crate) fn string(&mut self) -> Option<Vec<u8>> {
        let first = self.0.first()?;
        if let Some(place) = INTEGERS.iter().position(|kind| kind == first) {
            self.byte()?;
            return Some(self.integer(1 << place)?.to_string().into_bytes());
        }
        let is_compressed = self.is_next(COMPRESSED);
        if is_compressed {
            self.byte()?;
        }
        let bytes = usize::try_from(self.number()?).ok()?;
        if is_compressed {
            let length = usize::try_from(self.number()?).ok()?;
            return lzf::decompress(self.take(bytes)?, length);
        }
        self.take(bytes).map(<[u8]>::to_vec)
    }

    /// An integer of up to eight bytes, the lowest first.
    pub(super) fn integer(&mut self, length: usize) -> Option<i64> {
        let bytes = self.take(length)?;
        let filler = if bytes.last()? & 0x80 == 0 { 0 } else { 0xff };
        let mut integer = [filler; 8];
        integer.get_mut(..length)?.copy_from_slice(bytes);
        Some(i64::from_le_bytes(integer))
    }

    pub(super) fn chunk<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        self.take(LENGTH)?.try_into().ok()
    }

    /// A number that is no NaN.
    pub(super) fn double(&mut self) -> Option<f64> {
        let number = f64::from_le_bytes(self.chunk()?);
        (!number.is_nan()).then_some(number)
    }

    pub(super) fn id(&mut self) -> Option<StreamId> {
        Some(StreamId { millis: self.number()?, number: self.number()? })
    }

    pub(super) fn whole_id(&mut self) -> Option<StreamId> {
        let (millis, number) = (self.chunk()?, self.chunk()?);
        Some(StreamId { millis: u64::from_be_bytes(millis), number: u64::from_be_bytes(number) })
    }
}

/// The bytes of an ID, each number of which has eight.
pub(super) fn whole_id(id: StreamId) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&id.millis.to_be_bytes());
    bytes[8..].copy_from_slice(&id.number.to_be_bytes());
    bytes
}

/// The CRC-64 of Jones, the lowest bit first.
fn checksum(bytes: &[u8]) -> u64 {
    const POLYNOMIAL: u64 = 0x95ac_9329_ac4b_c9b5;
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| match crc & 1 {
            0 => crc >> 1,
            _ => crc >> 1 ^ POLYNOMIAL,
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_servers() {
        assert_eq!(checksum(b"123456789"), 0xe9c6_d914_c4b8_d9ca);
    }

    proptest! {
        #[test]
        fn numbers_and_strings_are_read_as_they_were_written(
            number: u64, small in 0_u64..20_000, integer: i32, bytes: Vec<u8>,
        ) {
            let mut out = Writer::default();
            out.number(number);
            out.number(small);
            out.string(integer.to_string().as_bytes());
            out.string(&bytes);
            let written = out.seal(7);
            prop_assert_eq!(open(&written, 6), None);
            let mut input = Reader::new(open(&written, 7).unwrap());
            prop_assert_eq!(input.number(), Some(number));
            prop_assert_eq!(input.number(), Some(small));
            prop_assert_eq!(input.string(), Some(integer.to_string().into_bytes()));
            prop_assert_eq!(input.string(), Some(bytes));
            prop_assert!(input.is_at_end());
        }
    }
}
