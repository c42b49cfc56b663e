//! Which events of keys are told: the letters of `notify-keyspace-events`.

use std::fmt;

/// A set of classes of events, and of the channels that they are told on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Events(u16);

impl Events {
    /// Commands that every type knows, `DEL` and `EXPIRE` among them.
    pub(crate) const GENERIC: Self = Self(1);
    /// Commands of strings.
    pub(crate) const STRING: Self = Self(1 << 1);
    /// A key whose time has come.
    pub(crate) const EXPIRED: Self = Self(1 << 6);
    /// A key that was not there before. Not in `A`.
    pub(crate) const NEW: Self = Self(1 << 10);
    /// Tell on `__keyspace@0__:key`.
    pub(crate) const BY_KEY: Self = Self(1 << 11);
    /// Tell on `__keyevent@0__:event`.
    pub(crate) const BY_EVENT: Self = Self(1 << 12);
    /// A key that was asked for and is not there. Not in `A`.
    pub(crate) const MISSED: Self = Self(1 << 13);

    /// What `A` stands for: the classes up to `d`.
    const ALL: Self = Self((1 << 10) - 1);

    /// The letter of each bit, in the order in which they are shown.
    const LETTERS: &'static [u8] = b"g$lshzxetdnKEm";

    /// Reads letters, of those that the server knows; none if one is unknown.
    pub(super) fn parse(text: &[u8], known: &str) -> Option<Self> {
        text.iter().try_fold(Self::default(), |all, letter| {
            let bits = match Self::LETTERS.iter().position(|known| known == letter) {
                _ if !known.as_bytes().contains(letter) => return None,
                None => Self::ALL.0,
                Some(place) => 1 << place,
            };
            Some(Self(all.0 | bits))
        })
    }

    /// What is left when they are set to what is shown of them.
    pub(super) fn as_shown(self) -> Self {
        let hides_new = self.contains(Self::ALL);
        Self(if hides_new { self.0 & !Self::NEW.0 } else { self.0 })
    }

    /// Whether all of `other` are among these.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// As `CONFIG GET` shows them: `A` where it can, and then without an `n`.
impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.as_shown().0;
        if self.contains(Self::ALL) {
            f.write_str("A")?;
            shown &= !Self::ALL.0;
        }
        let letters = Self::LETTERS.iter().enumerate();
        letters
            .filter(|(place, _)| shown & (1 << place) != 0)
            .try_for_each(|(_, letter)| write!(f, "{}", char::from(*letter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_shown_in_an_order_of_their_own() {
        for (text, shown) in [
            ("", ""),
            ("KEA", "AKE"),
            ("KEx", "xKE"),
            ("g$lshzxetd", "A"),
            ("KEAmn", "AKEm"),
            ("KEn", "nKE"),
            ("KEg$", "g$KE"),
            ("KElshzxetd", "lshzxetdKE"),
            ("KKEE", "KE"),
        ] {
            let events = Events::parse(text.as_bytes(), "Ag$lshzxeKEtmdn").unwrap();
            assert_eq!(events.to_string(), shown, "{text}");
        }
    }

    #[test]
    fn have_no_letter_that_the_server_does_not_know() {
        assert_eq!(Events::parse(b"KEq", "Ag$lshzxeKEtmdn"), None);
        assert_eq!(Events::parse(b"KEn", "Ag$lshzxeKEtmd"), None);
        assert_eq!(Events::parse(b"kea", "Ag$lshzxeKEtmdn"), None);
    }
}
