//! How one client tracks the keys that it caches.

use std::collections::BTreeSet;

/// The options of `CLIENT TRACKING ON`.
#[derive(Debug, Default)]
pub(crate) struct Tracking {
    pub(crate) mode: TrackingMode,
    /// The client gets no invalidations for its own writes: `NOLOOP`.
    pub(crate) noloop: bool,
    /// The id of the client that gets the invalidations: `REDIRECT`.
    pub(crate) redirect: Option<u64>,
    /// That client was gone when an invalidation was due.
    pub(crate) is_broken: bool,
    /// `CLIENT CACHING`: the next command or transaction is the exception in `OPTIN` or `OPTOUT`
    /// mode.
    pub(crate) caching_override: bool,
    /// The key prefixes in [`TrackingMode::Broadcast`]. The tracking table holds the same by
    /// prefix; both change together.
    pub(crate) prefixes: BTreeSet<Box<[u8]>>,
}

/// Which keys a client gets invalidations for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TrackingMode {
    /// The keys that it has read.
    #[default]
    Read,
    /// The keys that it reads after `CLIENT CACHING YES`.
    OptIn,
    /// The keys that it has read, except after `CLIENT CACHING NO`.
    OptOut,
    /// All keys with one of its prefixes: `BCAST`.
    Broadcast,
}

impl Tracking {
    /// Whether the keys that the current command reads are remembered.
    pub(crate) fn tracks_reads(&self) -> bool {
        match self.mode {
            TrackingMode::Read => true,
            TrackingMode::OptIn => self.caching_override,
            TrackingMode::OptOut => !self.caching_override,
            TrackingMode::Broadcast => false,
        }
    }
}
