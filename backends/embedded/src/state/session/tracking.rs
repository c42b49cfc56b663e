//! What a client that caches keys wants to be told.

use std::collections::BTreeSet;

/// How one client tracks keys: `CLIENT TRACKING ON`.
#[derive(Debug, Default)]
pub(crate) struct Tracking {
    pub(crate) mode: TrackingMode,
    /// It knows what it changes itself: `NOLOOP`.
    pub(crate) noloop: bool,
    /// The number of the client that is told in its place.
    pub(crate) redirect: Option<u64>,
    /// That client was gone when it was to be told.
    pub(crate) is_broken: bool,
    /// The next command, or transaction, is the exception: `CLIENT CACHING`.
    pub(crate) caching_override: bool,
    /// In [`TrackingMode::Broadcast`] what the keys begin with: the mirror of
    /// the world's own list; both change together.
    pub(crate) prefixes: BTreeSet<Box<[u8]>>,
}

/// Of which keys a client is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TrackingMode {
    /// Those that it has read.
    #[default]
    Read,
    /// Those that it reads by way of exception.
    OptIn,
    /// Those that it has read, with exceptions.
    OptOut,
    /// All that begin in a certain way.
    Broadcast,
}

impl Tracking {
    /// Whether what the client reads now is remembered.
    pub(crate) fn tracks_reads(&self) -> bool {
        match self.mode {
            TrackingMode::Read => true,
            TrackingMode::OptIn => self.caching_override,
            TrackingMode::OptOut => !self.caching_override,
            TrackingMode::Broadcast => false,
        }
    }
}
