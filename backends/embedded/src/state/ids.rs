//! Under which keys clients and users are kept. The lists themselves stand above.

/// Where a client is kept. Another client may get the key once this one is gone, unlike the
/// number that `CLIENT ID` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClientKey(pub(crate) usize);

/// Where a user is kept. Another user may get the key once no client is logged in as this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserKey(pub(super) usize);

impl UserKey {
    /// The user that every connection begins as.
    pub(crate) const DEFAULT: Self = Self(0);
}
