//! Small collections in one piece, as servers keep them in memory and write them: listpacks, the older
//! ziplists, and sets of integers. Their elements are texts, some of which are stored as integers.

use super::coding::Reader;
use crate::state::keyspace::listpack::{HEADER, back_len};
use crate::wire::parse_integer;

/// The end of a listpack or ziplist.
const END: u8 = 0xff;
/// A piece with so many elements does not say how many it has.
const UNCOUNTED: u16 = u16::MAX;
/// Before the length of the element before it, if that takes four bytes.
const LONG_BEFORE: u8 = 0xfe;

type Elements = Vec<Vec<u8>>;

/// Reads a listpack: its length, the number of its elements, and these.
pub(super) fn read_listpack(bytes: &[u8]) -> Option<Elements> {
    let mut input = Reader::new(bytes);
    let length = u32::from_le_bytes(input.chunk()?);
    read_elements(bytes, length, &mut input, listpack_element)
}

/// Reads a ziplist, which also says where its last element is.
pub(super) fn read_ziplist(bytes: &[u8]) -> Option<Elements> {
    let mut input = Reader::new(bytes);
    let length = u32::from_le_bytes(input.chunk()?);
    input.take(4)?;
    read_elements(bytes, length, &mut input, ziplist_element)
}

fn read_elements(
    bytes: &[u8],
    length: u32,
    input: &mut Reader<'_>,
    read: fn(&mut Reader<'_>) -> Option<Vec<u8>>,
) -> Option<Elements> {
    let count = u16::from_le_bytes(input.chunk()?);
    let mut elements = Vec::new();
    while !input.is_next(END) {
        elements.push(read(input)?);
    }
    input.byte()?;
    let is_whole = input.is_at_end() && usize::try_from(length) == Ok(bytes.len());
    let is_counted = count == UNCOUNTED || usize::from(count) == elements.len();
    (is_whole && is_counted).then_some(elements)
}

/// An element, and its length for the way back.
fn listpack_element(input: &mut Reader<'_>) -> Option<Vec<u8>> {
    let before = input.len();
    let first = input.byte()?;
    let element = match first {
        0..0x80 => digits(first.into()),
        0x80..0xc0 => text(input, (first & 0x3f).into())?,
        0xc0..0xe0 => {
            let number = i64::from(first & 0x1f) << 8 | i64::from(input.byte()?);
            digits(if number < 0x1000 { number } else { number - 0x2000 })
        }
        0xe0..0xf0 => {
            let length = u32::from(first & 0x0f) << 8 | u32::from(input.byte()?);
            text(input, length)?
        }
        0xf0 => {
            let length = u32::from_le_bytes(input.chunk()?);
            text(input, length)?
        }
        0xf1 => digits(input.integer(2)?),
        0xf2 => digits(input.integer(3)?),
        0xf3 => digits(input.integer(4)?),
        0xf4 => digits(input.integer(8)?),
        _ => return None,
    };
    input.take(back_len(before - input.len()))?;
    Some(element)
}

/// The length of the element before it, and an element.
fn ziplist_element(input: &mut Reader<'_>) -> Option<Vec<u8>> {
    if input.byte()? == LONG_BEFORE {
        input.take(4)?;
    }
    let first = input.byte()?;
    match first {
        0..0x40 => text(input, first.into()),
        0x40..0x80 => {
            let length = u32::from(first & 0x3f) << 8 | u32::from(input.byte()?);
            text(input, length)
        }
        0x80 => {
            let length = u32::from_be_bytes(input.chunk()?);
            text(input, length)
        }
        0xc0 => input.integer(2).map(digits),
        0xd0 => input.integer(4).map(digits),
        0xe0 => input.integer(8).map(digits),
        0xf0 => input.integer(3).map(digits),
        0xfe => input.integer(1).map(digits),
        0xf1..=0xfd => Some(digits(i64::from(first & 0x0f) - 1)),
        _ => None,
    }
}

/// Reads a set of integers: how many bytes each has, how many there are, and these.
pub(super) fn read_integers(bytes: &[u8]) -> Option<Elements> {
    let mut input = Reader::new(bytes);
    let size = u32::from_le_bytes(input.chunk()?);
    let count = u32::from_le_bytes(input.chunk()?);
    if !matches!(size, 2 | 4 | 8) {
        return None;
    }
    let integers = (0..count).map(|_| input.integer(size as usize).map(digits));
    let integers = integers.collect::<Option<Vec<_>>>()?;
    input.is_at_end().then_some(integers)
}

fn text(input: &mut Reader<'_>, length: u32) -> Option<Vec<u8>> {
    input.take(usize::try_from(length).ok()?).map(<[u8]>::to_vec)
}

fn digits(integer: i64) -> Vec<u8> {
    integer.to_string().into_bytes()
}

/// Writes a listpack.
#[derive(Debug, Default)]
pub(super) struct Listpack {
    elements: Vec<u8>,
    count: usize,
}

impl Listpack {
    pub(super) fn push(&mut self, element: &[u8]) {
        let Some(integer) = parse_integer(element) else { return self.push_text(element) };
        self.push_integer(integer);
    }

    pub(super) fn push_integer(&mut self, integer: i64) {
        let bytes = integer.to_le_bytes();
        match integer {
            0..0x80 => self.add(&bytes[..1], &[]),
            -0x1000..0x1000 => self.add(&[0xc0 | (bytes[1] & 0x1f), bytes[0]], &[]),
            -0x8000..0x8000 => self.add(&[0xf1], &bytes[..2]),
            -0x80_0000..0x80_0000 => self.add(&[0xf2], &bytes[..3]),
            -0x8000_0000..0x8000_0000 => self.add(&[0xf3], &bytes[..4]),
            _ => self.add(&[0xf4], &bytes),
        }
    }

    fn push_text(&mut self, text: &[u8]) {
        let length = (text.len() as u32).to_le_bytes();
        match text.len() {
            0..0x40 => self.add(&[0x80 | length[0]], text),
            0x40..0x1000 => self.add(&[0xe0 | length[1], length[0]], text),
            _ => self.add(&[0xf0, length[0], length[1], length[2], length[3]], text),
        }
    }

    /// Adds an element and its length, seven bits a byte, the lowest last.
    fn add(&mut self, head: &[u8], content: &[u8]) {
        self.elements.extend(head);
        self.elements.extend(content);
        let length = head.len() + content.len();
        for byte in (0..back_len(length)).rev() {
            let more = if byte + 1 == back_len(length) { 0 } else { 0x80 };
            self.elements.push((length >> (7 * byte)) as u8 & 0x7f | more);
        }
        self.count += 1;
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let length = (HEADER + self.elements.len()) as u32;
        let count = u16::try_from(self.count).unwrap_or(UNCOUNTED);
        [&length.to_le_bytes()[..], &count.to_le_bytes(), &self.elements, &[END]].concat()
    }
}

impl<'a> FromIterator<&'a [u8]> for Listpack {
    fn from_iter<T: IntoIterator<Item = &'a [u8]>>(elements: T) -> Self {
        let mut listpack = Self::default();
        elements.into_iter().for_each(|element| listpack.push(element));
        listpack
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::state::keyspace::listpack::entry_len;

    proptest! {
        #[test]
        fn a_listpack_is_read_as_it_was_written(
            texts: Vec<Vec<u8>>, integers: Vec<i64>, lengths in proptest::collection::vec(0..20_000_usize, 0..4),
        ) {
            let long = lengths.into_iter().map(|length| vec![b'x'; length]);
            let small = integers.iter().flat_map(|it| [*it, it >> 20, it >> 36, it >> 45, it >> 52, it >> 58]);
            let all: Vec<_> = texts.into_iter().chain(small.map(digits)).chain(long).collect();
            let bytes = all.iter().map(Vec::as_slice).collect::<Listpack>().into_bytes();
            let length = HEADER + all.iter().map(|element| entry_len(element)).sum::<usize>();
            prop_assert_eq!(bytes.len(), length);
            prop_assert_eq!(read_listpack(&bytes), Some(all));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let length = (bytes.len() as u32 + 4).to_le_bytes();
            let whole = [&length[..], &bytes].concat();
            let _ = (read_listpack(&whole), read_ziplist(&whole), read_integers(&bytes));
        }
    }

    #[test]
    fn a_ziplist_has_short_and_long_elements() {
        let mut bytes =
            b"\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x02ab\x04\xf1\x02\xfd\x02\xfe\xff"
                .to_vec();
        bytes.extend(b"\x03\xc0\x00\x01\x04\xf0\xff\xff\xff\xfe\x05\x00\x00\x00\x40\x01z\xff");
        let length = bytes.len() as u8;
        bytes[0] = length;
        let elements = read_ziplist(&bytes).unwrap();
        assert_eq!(elements, [&b"ab"[..], b"0", b"12", b"-1", b"256", b"-1", b"z"]);
    }
}
