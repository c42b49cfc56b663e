//! How streams remember what producers sent.

/// How long, and how many, entries of a producer are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DuplicateLimits {
    /// `stream-idmp-duration`, in seconds
    pub(crate) duration: u64,
    /// `stream-idmp-maxsize`
    pub(crate) entries: usize,
}

impl Default for DuplicateLimits {
    fn default() -> Self {
        Self { duration: 100, entries: 100 }
    }
}
