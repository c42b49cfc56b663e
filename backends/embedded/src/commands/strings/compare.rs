//! Comparisons of a value, or of its digest, with a word of the request.

use xxhash_rust::xxh3::xxh3_64;

use crate::wire::ErrorReply;

/// A condition on the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    DigestEqual,
    DigestNotEqual,
}

impl Comparison {
    /// The comparison that a word stands for, in any letter case.
    pub(super) fn named(word: &[u8]) -> Option<Self> {
        match word.to_ascii_lowercase().as_slice() {
            b"ifeq" => Some(Self::Equal),
            b"ifne" => Some(Self::NotEqual),
            b"ifdeq" => Some(Self::DigestEqual),
            b"ifdne" => Some(Self::DigestNotEqual),
            _ => None,
        }
    }

    /// Whether it holds for a value. A missing value equals nothing, and its operand is not checked.
    ///
    /// A digest must be 16 bytes long. Bytes that are no digits are no error; they equal nothing.
    pub(super) fn holds(self, operand: &[u8], value: Option<&[u8]>) -> Result<bool, ErrorReply> {
        let negates = matches!(self, Self::NotEqual | Self::DigestNotEqual);
        let Some(value) = value else { return Ok(negates) };
        let equals = match self {
            Self::Equal | Self::NotEqual => value == operand,
            Self::DigestEqual | Self::DigestNotEqual if operand.len() != 16 => {
                return Err("ERR must be exactly 16 hexadecimal characters".into());
            }
            Self::DigestEqual | Self::DigestNotEqual => {
                digest(value).as_bytes().eq_ignore_ascii_case(operand)
            }
        };
        Ok(equals != negates)
    }
}

/// The digest of a value: its XXH3 hash as 16 hexadecimal digits.
pub(super) fn digest(value: &[u8]) -> String {
    format!("{:016x}", xxh3_64(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_a_real_server() {
        let bytes: Vec<u8> = (0..251).cycle().take(5000).collect();
        for (length, expected) in [
            (0, "2d06800538d394c2"),
            (1, "c44bdff4074eecdb"),
            (3, "5f4299fc161c9cbb"),
            (8, "3a1c2d7c85af88f8"),
            (17, "9ef341a99de37328"),
            (129, "ec7642b431ba3e5a"),
            (240, "375a384d957fe865"),
            (241, "02e8cd95421c6d02"),
            (1025, "e95c42288f28186e"),
            (5000, "b418500fc42320ee"),
        ] {
            assert_eq!(digest(&bytes[..length]), expected, "{length} bytes");
        }
        assert_eq!(digest(b"hello"), "9555e8555c62dcfd");
    }

    #[test]
    fn a_missing_value_differs_from_everything() {
        for (word, holds) in [("ifeq", false), ("IFNE", true), ("ifdeq", false), ("IfDne", true)] {
            let comparison = Comparison::named(word.as_bytes()).unwrap();
            assert_eq!(comparison.holds(b"zz", None), Ok(holds), "{word}");
        }
    }
}
