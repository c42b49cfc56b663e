//! A row of the vocabulary, and the groups of rows.

/// A request that a client may send.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// How often it is chosen, relative to the other rows.
    pub(super) weight: u32,
    /// The group that it belongs to.
    pub(super) group: Group,
    /// The request as a conversation writes it. `<channel>` stands for one word of that class,
    /// `<channel>+` for one or more, `<channel>*` for any number, `<channel>?` for at most one,
    /// and `ON|OFF` for one of the two.
    pub(super) words: &'static str,
}

/// A subject. A conversation leaves some groups out and uses others more often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Channels,
    Patterns,
    Shards,
    Publishing,
    PubSubQueries,
    Transactions,
    Protocol,
    Connection,
    Clients,
    Kills,
    ClientReply,
    Keys,
    Strings,
    Bits,
    Lists,
    Hashes,
    Sets,
    SortedSets,
    Streams,
    StreamGroups,
    Arrays,
    Scripts,
    Expiries,
    KeyspaceEvents,
    Tracking,
    Acl,
    Pauses,
    Monitors,
    Slots,
    Introspection,
    Malformed,
    Disconnects,
}

impl Group {
    pub(super) const ALL: [Self; 32] = [
        Self::Channels,
        Self::Patterns,
        Self::Shards,
        Self::Publishing,
        Self::PubSubQueries,
        Self::Transactions,
        Self::Protocol,
        Self::Connection,
        Self::Clients,
        Self::Kills,
        Self::ClientReply,
        Self::Keys,
        Self::Strings,
        Self::Bits,
        Self::Lists,
        Self::Hashes,
        Self::Sets,
        Self::SortedSets,
        Self::Streams,
        Self::StreamGroups,
        Self::Arrays,
        Self::Scripts,
        Self::Expiries,
        Self::KeyspaceEvents,
        Self::Tracking,
        Self::Acl,
        Self::Pauses,
        Self::Monitors,
        Self::Slots,
        Self::Introspection,
        Self::Malformed,
        Self::Disconnects,
    ];

    /// Whether every conversation includes it.
    pub(super) fn is_always_included(self) -> bool {
        matches!(self, Self::Channels | Self::Patterns | Self::Publishing)
    }
}

pub(super) const fn row(weight: u32, group: Group, words: &'static str) -> Row {
    Row { weight, group, words }
}
