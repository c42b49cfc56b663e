//! The ACL categories of commands: `@read`, `@pubsub`.

/// A set of ACL categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Categories(u32);

impl Categories {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const KEYSPACE: Self = Self(1);
    pub(crate) const READ: Self = Self(1 << 1);
    pub(crate) const WRITE: Self = Self(1 << 2);
    pub(crate) const SET: Self = Self(1 << 3);
    pub(crate) const SORTED_SET: Self = Self(1 << 4);
    pub(crate) const LIST: Self = Self(1 << 5);
    pub(crate) const HASH: Self = Self(1 << 6);
    pub(crate) const STRING: Self = Self(1 << 7);
    pub(crate) const BITMAP: Self = Self(1 << 8);
    pub(crate) const HYPERLOGLOG: Self = Self(1 << 9);
    pub(crate) const GEO: Self = Self(1 << 10);
    pub(crate) const STREAM: Self = Self(1 << 11);
    pub(crate) const PUBSUB: Self = Self(1 << 12);
    pub(crate) const ADMIN: Self = Self(1 << 13);
    pub(crate) const FAST: Self = Self(1 << 14);
    pub(crate) const SLOW: Self = Self(1 << 15);
    pub(crate) const BLOCKING: Self = Self(1 << 16);
    pub(crate) const DANGEROUS: Self = Self(1 << 17);
    pub(crate) const CONNECTION: Self = Self(1 << 18);
    pub(crate) const TRANSACTION: Self = Self(1 << 19);
    pub(crate) const SCRIPTING: Self = Self(1 << 20);
    pub(crate) const ARRAY: Self = Self(1 << 21);

    /// The categories of all servers and their names, in Redis' order.
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::KEYSPACE, "keyspace"),
        (Self::READ, "read"),
        (Self::WRITE, "write"),
        (Self::SET, "set"),
        (Self::SORTED_SET, "sortedset"),
        (Self::LIST, "list"),
        (Self::HASH, "hash"),
        (Self::STRING, "string"),
        (Self::ARRAY, "array"),
        (Self::BITMAP, "bitmap"),
        (Self::HYPERLOGLOG, "hyperloglog"),
        (Self::GEO, "geo"),
        (Self::STREAM, "stream"),
        (Self::PUBSUB, "pubsub"),
        (Self::ADMIN, "admin"),
        (Self::FAST, "fast"),
        (Self::SLOW, "slow"),
        (Self::BLOCKING, "blocking"),
        (Self::DANGEROUS, "dangerous"),
        (Self::CONNECTION, "connection"),
        (Self::TRANSACTION, "transaction"),
        (Self::SCRIPTING, "scripting"),
    ];

    /// The union of both sets.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The category with this name, in any letter case, if any server has it.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let is = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
        Self::NAMES.iter().find(|(_, known)| is(known)).map(|(category, _)| *category)
    }

    /// The categories of this set one by one, with their names.
    pub(crate) fn each(self) -> impl Iterator<Item = (Self, &'static str)> + Clone {
        Self::NAMES.iter().filter(move |(category, _)| self.contains(*category)).copied()
    }

    /// The names as `COMMAND INFO` lists them, but without `@`.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        self.each().map(|(_, name)| name)
    }
}
