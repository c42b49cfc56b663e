//! How servers differ in the encodings of values.

/// How a server stores values, as `OBJECT ENCODING` shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodingBehaviour {
    /// The strings that are stored in one piece with their header.
    pub(crate) embedded: EmbeddedStrings,
    /// A short list is a listpack; otherwise every list is a quicklist.
    pub(crate) packs_lists: bool,
    /// A short set is a listpack, even if its members are no integers; otherwise it is a hash table.
    pub(crate) packs_sets: bool,
    /// The encoding of a short hash or sorted set.
    pub(crate) packed: &'static str,
    /// Keys with equal small integers share one value, as `OBJECT REFCOUNT` shows.
    pub(crate) shares_integers: bool,
}

/// The strings that are stored in one piece with their header.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EmbeddedStrings {
    /// Values of up to so many bytes.
    Value(usize),
    /// Values that have up to so many bytes together with their key.
    WithKey {
        /// With a key of less than 32 bytes: without an expiry, and with one.
        short_key: [usize; 2],
        /// With a longer key, likewise.
        long_key: [usize; 2],
    },
}

impl EmbeddedStrings {
    /// Whether a string is stored in one piece.
    pub(crate) fn embeds(self, value: usize, key: usize, expires: bool) -> bool {
        match self {
            Self::Value(most) => value <= most,
            Self::WithKey { short_key, .. } if key < 32 => {
                key + value <= short_key[usize::from(expires)]
            }
            Self::WithKey { long_key, .. } => key + value <= long_key[usize::from(expires)],
        }
    }
}
