use std::fmt;

use crate::wire::Decimal;

/// The ID of an entry: a time in milliseconds, and a number that tells entries of one time apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StreamId {
    pub(crate) millis: u64,
    pub(crate) number: u64,
}

impl StreamId {
    pub(crate) const MIN: Self = Self { millis: 0, number: 0 };
    pub(crate) const MAX: Self = Self { millis: u64::MAX, number: u64::MAX };

    /// Parses `1-2`, or `1` with a default number.
    pub(crate) fn parse(word: &[u8], default: u64) -> Option<Self> {
        let word = std::str::from_utf8(word).ok()?;
        let number = |text: &str| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse().ok()).flatten()
        };
        match word.split_once('-') {
            Some((millis, rest)) => Some(Self { millis: number(millis)?, number: number(rest)? }),
            None => Some(Self { millis: number(word)?, number: default }),
        }
    }

    /// The lowest higher ID.
    pub(crate) fn next(self) -> Option<Self> {
        let Self { millis, number } = self;
        match number.checked_add(1) {
            Some(number) => Some(Self { millis, number }),
            None => Some(Self { millis: millis.checked_add(1)?, number: 0 }),
        }
    }

    /// The highest lower ID.
    pub(crate) fn previous(self) -> Option<Self> {
        let Self { millis, number } = self;
        match number.checked_sub(1) {
            Some(number) => Some(Self { millis, number }),
            None => Some(Self { millis: millis.checked_sub(1)?, number: u64::MAX }),
        }
    }

    /// The text as commands reply with it.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let (millis, number) = (Decimal::unsigned(self.millis), Decimal::unsigned(self.number));
        [millis.as_bytes(), b"-", number.as_bytes()].concat()
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.millis, self.number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(millis: u64, number: u64) -> StreamId {
        StreamId { millis, number }
    }

    #[test]
    fn an_id_has_one_or_two_numbers() {
        assert_eq!(StreamId::parse(b"1-2", 9), Some(id(1, 2)));
        assert_eq!(StreamId::parse(b"1", 9), Some(id(1, 9)));
        for text in ["", "-", "1-", "-1", "1-2-3", "+1", "1-+2", "a", "18446744073709551616"] {
            assert_eq!(StreamId::parse(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn the_extremes_have_no_neighbour_outside() {
        assert_eq!((StreamId::MAX.next(), StreamId::MIN.previous()), (None, None));
        assert_eq!(id(1, u64::MAX).next(), Some(id(2, 0)));
        assert_eq!(id(2, 0).previous(), Some(id(1, u64::MAX)));
    }

    proptest! {
        #[test]
        fn the_text_of_an_id_is_parsed_as_the_id(millis: u64, number: u64) {
            let id = id(millis, number);
            prop_assert_eq!(StreamId::parse(&id.to_bytes(), 0), Some(id));
            prop_assert_eq!(id.to_string().into_bytes(), id.to_bytes());
        }
    }
}
