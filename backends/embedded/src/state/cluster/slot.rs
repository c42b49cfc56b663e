//! From a name to its slot.

use super::SLOTS;

/// One of the hash slots among which a cluster divides keys and shard channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Slot(u16);

/// The first and the last slot of a run with one owner.
pub(crate) type Range = (u16, u16);

impl Slot {
    /// The slot of a name: the checksum of its hash tag, or of the whole name.
    pub(crate) fn of(name: &[u8]) -> Self {
        Self(checksum(tag(name).unwrap_or(name)) % SLOTS)
    }

    /// The slot of all names that a pattern with `*` matches; `None` if they can be in several.
    pub(crate) fn of_pattern(pattern: &[u8]) -> Option<Self> {
        let fixed = &pattern[..memchr::memchr(b'*', pattern).unwrap_or(pattern.len())];
        (fixed.len() == pattern.len() || tag(fixed).is_some()).then(|| Self::of(fixed))
    }

    /// The slot with this number, if it is in range.
    pub(crate) fn new(number: i64) -> Option<Self> {
        u16::try_from(number).ok().filter(|number| *number < SLOTS).map(Self)
    }

    /// Every slot, in order.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..SLOTS).map(Self)
    }

    pub(crate) fn number(self) -> u16 {
        self.0
    }

    pub(super) fn index(self) -> usize {
        self.0.into()
    }
}

/// The hash tag: the text between the first `{` and the next `}`, unless it is empty. Names with
/// the same tag are in the same slot.
fn tag(name: &[u8]) -> Option<&[u8]> {
    let open = memchr::memchr(b'{', name)?;
    let rest = &name[open + 1..];
    let close = memchr::memchr(b'}', rest)?;
    Some(&rest[..close]).filter(|tag| !tag.is_empty())
}

/// CRC-16/XMODEM.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        let index = (crc >> 8) ^ u16::from(*byte);
        (crc << 8) ^ REMAINDERS[usize::from(index)]
    })
}

/// The remainder of each byte, divided by the polynomial x¹⁶ + x¹² + x⁵ + 1.
const REMAINDERS: [u16; 256] = {
    let mut remainders = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            let carry = remainder & 0x8000 != 0;
            remainder <<= 1;
            if carry {
                remainder ^= 0x1021;
            }
            bit += 1;
        }
        remainders[byte] = remainder;
        byte += 1;
    }
    remainders
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_matches_the_published_check_value() {
        assert_eq!(checksum(b"123456789"), 0x31c3);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn only_the_first_non_empty_braces_are_a_tag() {
        assert_eq!(tag(b"{user}.following"), Some(b"user".as_slice()));
        assert_eq!(tag(b"foo{{bar}}zap"), Some(b"{bar".as_slice()));
        assert_eq!(tag(b"foo{bar}{zap}"), Some(b"bar".as_slice()));
        for name in ["foo{}{bar}", "foo", "{", "}{", "{a"] {
            assert_eq!(tag(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn slots_are_numbered_from_0_to_16383() {
        assert_eq!(Slot::new(16383).map(Slot::number), Some(16383));
        assert_eq!((Slot::new(16384), Slot::new(-1)), (None, None));
        assert_eq!(Slot::all().count(), 16384);
    }
}
