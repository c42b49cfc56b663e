//! The keys of clients and users in their lists.

/// The key of a client. It may be reused after the client is gone, unlike the id that `CLIENT ID`
/// returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClientKey(pub(crate) usize);

/// The key of a user. It may be reused after the user is deleted and its clients are closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserKey(pub(super) usize);

impl UserKey {
    /// The user of every new connection.
    pub(crate) const DEFAULT: Self = Self(0);
}
