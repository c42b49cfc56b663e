//! The letters of `notify-keyspace-events`: which events of keys are published.

use std::fmt;

/// A set of event classes, and of the channels that they are published on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Events(u32);

impl Events {
    /// Commands for keys of every type, such as `DEL` and `EXPIRE`.
    pub(crate) const GENERIC: Self = Self(1);
    /// Commands for strings.
    pub(crate) const STRING: Self = Self(1 << 1);
    /// Commands for lists.
    pub(crate) const LIST: Self = Self(1 << 2);
    /// Commands for sets.
    pub(crate) const SET: Self = Self(1 << 3);
    /// Commands for hashes.
    pub(crate) const HASH: Self = Self(1 << 4);
    /// Commands for sorted sets.
    pub(crate) const SORTED_SET: Self = Self(1 << 5);
    /// A key has expired.
    pub(crate) const EXPIRED: Self = Self(1 << 6);
    /// A key was evicted.
    pub(crate) const EVICTED: Self = Self(1 << 7);
    /// Commands for streams.
    pub(crate) const STREAM: Self = Self(1 << 8);
    /// Commands for arrays. Older servers do not have it, and their `A` ends with `d`.
    pub(crate) const ARRAY: Self = Self(1 << 10);
    /// A new key was created. Not in `A`.
    pub(crate) const NEW: Self = Self(1 << 11);
    /// A command set an existing key anew. Not in `A`.
    pub(crate) const OVERWRITTEN: Self = Self(1 << 12);
    /// A command replaced a value by one of another type. Not in `A`.
    pub(crate) const TYPE_CHANGED: Self = Self(1 << 13);
    /// Publish on `__keyspace@0__:key`.
    pub(crate) const BY_KEY: Self = Self(1 << 14);
    /// Publish on `__keyevent@0__:event`.
    pub(crate) const BY_EVENT: Self = Self(1 << 15);
    /// A missing key was accessed. Not in `A`.
    pub(crate) const MISSED: Self = Self(1 << 16);

    /// Publish events of fields on `__subkeyspace@0__:key`.
    pub(crate) const BY_KEY_OF_FIELDS: Self = Self(1 << 17);
    /// Publish events of fields on `__subkeyevent@0__:event`.
    pub(crate) const BY_EVENT_OF_FIELDS: Self = Self(1 << 18);
    /// Publish events of fields on `__subkeyspaceitem@0__:key\nfield`.
    pub(crate) const BY_FIELD: Self = Self(1 << 19);
    /// Publish events of fields on `__subkeyspaceevent@0__:event|key`.
    pub(crate) const BY_KEY_AND_EVENT_OF_FIELDS: Self = Self(1 << 20);
    /// Publish events of fields on some channel.
    pub(crate) const BY_FIELDS: Self = Self(0b1111 << 17);

    /// The classes that `A` stands for: those up to `a`.
    const ALL: Self = Self((1 << 11) - 1);
    /// The classes that `A` hides: `n`, `o` and `c`.
    const HIDDEN: Self = Self(0b111 << 11);

    /// The letter of each bit, in the order in which `CONFIG GET` shows them.
    const LETTERS: &'static [u8] = b"g$lshzxetdanocKEmSTIV";

    /// Parses letters; `None` if the server's version does not know one of them.
    pub(super) fn parse(text: &[u8], known: &str) -> Option<Self> {
        let events = text.iter().try_fold(0, |all, letter| {
            let bits = match Self::LETTERS.iter().position(|known| known == letter) {
                _ if !known.as_bytes().contains(letter) => return None,
                None => Self::ALL.0,
                Some(place) => 1 << place,
            };
            Some(all | bits)
        })?;
        // A server without arrays shows `A` for all of the older classes.
        let has_arrays = known.contains('a');
        let has_all = Self(events | Self::ARRAY.0).contains(Self::ALL);
        Some(Self(if has_all && !has_arrays { events | Self::ARRAY.0 } else { events }))
    }

    /// The events that are left after setting them to the text that `CONFIG GET` shows.
    pub(super) fn as_shown(self) -> Self {
        let hides = self.contains(Self::ALL);
        Self(if hides { self.0 & !Self::HIDDEN.0 } else { self.0 })
    }

    /// Whether the set contains all of `other`.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set contains any of `other`.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// As `CONFIG GET` shows them: with `A` if possible, which hides `n`, `o` and `c`.
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
    fn letters_are_shown_in_a_fixed_order() {
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
    fn later_versions_have_more_letters() {
        for (text, shown) in [
            ("KEoc", "ocKE"),
            ("KEAocn", "AKE"),
            ("g$lshzxetd", "g$lshzxetd"),
            ("g$lshzxetda", "A"),
            ("EKVITSnmoca", "anocKEmSTIV"),
            ("VITSacondmtEKexzhsl$gA", "AKEmSTIV"),
            ("STIVh", "hSTIV"),
        ] {
            let events = Events::parse(text.as_bytes(), "Ag$lshzxeKEtmdnocaSTIV").unwrap();
            assert_eq!(events.to_string(), shown, "{text}");
        }
        let events = Events::parse(b"g$lshzxetdoc", "Ag$lshzxeKEtmdnoc").unwrap();
        assert_eq!(events.to_string(), "A");
    }

    #[test]
    fn letters_that_the_version_does_not_know_are_refused() {
        assert_eq!(Events::parse(b"KEq", "Ag$lshzxeKEtmdn"), None);
        assert_eq!(Events::parse(b"KEn", "Ag$lshzxeKEtmd"), None);
        assert_eq!(Events::parse(b"kea", "Ag$lshzxeKEtmdn"), None);
    }
}
