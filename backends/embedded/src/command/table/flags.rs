//! The words that describe a command.

/// What a command does and when it may run. Those without a name are the server's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u32);

impl Flags {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const WRITE: Self = Self(1);
    pub(crate) const READONLY: Self = Self(1 << 1);
    pub(crate) const DENYOOM: Self = Self(1 << 2);
    pub(crate) const ADMIN: Self = Self(1 << 3);
    pub(crate) const PUBSUB: Self = Self(1 << 4);
    pub(crate) const NOSCRIPT: Self = Self(1 << 5);
    pub(crate) const LOADING: Self = Self(1 << 6);
    pub(crate) const STALE: Self = Self(1 << 7);
    pub(crate) const SKIP_SLOWLOG: Self = Self(1 << 8);
    pub(crate) const FAST: Self = Self(1 << 9);
    /// Strangers may use it.
    pub(crate) const NO_AUTH: Self = Self(1 << 10);
    pub(crate) const ALLOW_BUSY: Self = Self(1 << 11);
    /// A RESP2 subscriber may use it.
    pub(crate) const SUBSCRIBED: Self = Self(1 << 12);
    /// It runs at once, also between `MULTI` and `EXEC`.
    pub(crate) const NOT_QUEUED: Self = Self(1 << 13);
    /// It is refused between `MULTI` and `EXEC`.
    pub(crate) const NO_MULTI: Self = Self(1 << 14);
    pub(crate) const RANDOM: Self = Self(1 << 15);
    pub(crate) const SORT_FOR_SCRIPT: Self = Self(1 << 16);
    pub(crate) const MAY_REPLICATE: Self = Self(1 << 17);
    pub(crate) const SKIP_COMMANDLOG: Self = Self(1 << 18);
    /// Only a subscriber may use it.
    pub(crate) const WANTS_SUBSCRIBER: Self = Self(1 << 20);
    /// It writes nothing, and yet is of interest to replicas.
    pub(crate) const REPLICATED: Self = Self(1 << 21);
    /// No pause holds it.
    pub(crate) const NOT_PAUSED: Self = Self(1 << 22);
    /// `COMMAND` does not tell of it.
    pub(crate) const UNLISTED: Self = Self(1 << 19);
    pub(crate) const NO_ASYNC_LOADING: Self = Self(1 << 24);

    /// In Redis' order.
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::WRITE, "write"),
        (Self::READONLY, "readonly"),
        (Self::DENYOOM, "denyoom"),
        (Self::ADMIN, "admin"),
        (Self::PUBSUB, "pubsub"),
        (Self::NOSCRIPT, "noscript"),
        (Self::RANDOM, "random"),
        (Self::SORT_FOR_SCRIPT, "sort_for_script"),
        (Self::LOADING, "loading"),
        (Self::STALE, "stale"),
        (Self::SKIP_SLOWLOG, "skip_slowlog"),
        (Self::SKIP_COMMANDLOG, "skip_commandlog"),
        (Self::FAST, "fast"),
        (Self::NO_AUTH, "no_auth"),
        (Self::MAY_REPLICATE, "may_replicate"),
        (Self::NO_MULTI, "no_multi"),
        (Self::NO_ASYNC_LOADING, "no_async_loading"),
        (Self::ALLOW_BUSY, "allow_busy"),
    ];

    /// All of these.
    pub(crate) const fn of(flags: &[Self]) -> Self {
        let mut all = 0;
        let mut index = 0;
        while index < flags.len() {
            all |= flags[index].0;
            index += 1;
        }
        Self(all)
    }

    /// These and those.
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These but for those.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` are among these.
    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some of `other` are among these.
    pub(crate) const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// As `COMMAND INFO` lists them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        Self::NAMES.iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| *name)
    }
}

/// What access control files a command under.
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

    /// In Redis' order.
    pub(crate) const NAMES: &'static [(Self, &'static str)] = &[
        (Self::KEYSPACE, "keyspace"),
        (Self::READ, "read"),
        (Self::WRITE, "write"),
        (Self::SET, "set"),
        (Self::SORTED_SET, "sortedset"),
        (Self::LIST, "list"),
        (Self::HASH, "hash"),
        (Self::STRING, "string"),
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

    /// These and those.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These but for those.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The category of this name, in any case.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        let is = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
        Self::NAMES.iter().find(|(_, known)| is(known)).map(|(category, _)| *category)
    }

    /// As `COMMAND INFO` lists them, without `@`.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        Self::NAMES.iter().filter(move |(category, _)| self.contains(*category)).map(|(_, n)| *n)
    }

    /// What follows from the flags: nobody writes these down.
    pub(super) fn implied_by(flags: Flags) -> Self {
        let implications = [
            (Flags::WRITE, Self::WRITE),
            (Flags::READONLY, Self::READ),
            (Flags::ADMIN, Self::ADMIN.with(Self::DANGEROUS)),
            (Flags::PUBSUB, Self::PUBSUB),
            (Flags::FAST, Self::FAST),
        ];
        let slow = if flags.contains(Flags::FAST) { Self::NONE } else { Self::SLOW };
        implications
            .into_iter()
            .filter(|(flag, _)| flags.contains(*flag))
            .fold(slow, |all, (_, category)| all.with(category))
    }
}
