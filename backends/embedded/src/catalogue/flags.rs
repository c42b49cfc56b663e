//! The flags of commands: those that `COMMAND` reports, and some that only this crate uses.

/// A set of flags: what a command does, and when it may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u32);

impl Flags {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const WRITE: Self = Self(1);
    pub(crate) const READONLY: Self = Self(1 << 1);
    pub(crate) const DENYOOM: Self = Self(1 << 2);
    pub(crate) const MODULE: Self = Self(1 << 3);
    pub(crate) const ADMIN: Self = Self(1 << 4);
    pub(crate) const PUBSUB: Self = Self(1 << 5);
    pub(crate) const NOSCRIPT: Self = Self(1 << 6);
    pub(crate) const RANDOM: Self = Self(1 << 7);
    pub(crate) const SORT_FOR_SCRIPT: Self = Self(1 << 8);
    pub(crate) const BLOCKING: Self = Self(1 << 9);
    pub(crate) const LOADING: Self = Self(1 << 10);
    pub(crate) const STALE: Self = Self(1 << 11);
    pub(crate) const SKIP_MONITOR: Self = Self(1 << 12);
    pub(crate) const SKIP_SLOWLOG: Self = Self(1 << 13);
    pub(crate) const SKIP_COMMANDLOG: Self = Self(1 << 14);
    pub(crate) const ASKING: Self = Self(1 << 15);
    pub(crate) const FAST: Self = Self(1 << 16);
    /// Clients may use it before they authenticate.
    pub(crate) const NO_AUTH: Self = Self(1 << 17);
    pub(crate) const MAY_REPLICATE: Self = Self(1 << 18);
    pub(crate) const NO_MANDATORY_KEYS: Self = Self(1 << 19);
    /// The server refuses it between `MULTI` and `EXEC`.
    pub(crate) const NO_MULTI: Self = Self(1 << 20);
    pub(crate) const NO_ASYNC_LOADING: Self = Self(1 << 21);
    pub(crate) const ALLOW_BUSY: Self = Self(1 << 22);
    pub(crate) const MOVABLEKEYS: Self = Self(1 << 23);
    /// RESP2 subscribers may use it.
    pub(crate) const SUBSCRIBED: Self = Self(1 << 24);
    /// It runs at once, even between `MULTI` and `EXEC`.
    pub(crate) const NOT_QUEUED: Self = Self(1 << 25);
    /// Only subscribers may use it.
    pub(crate) const SUBSCRIBERS_ONLY: Self = Self(1 << 26);
    /// It does not write, but servers send it to their replicas.
    pub(crate) const REPLICATED: Self = Self(1 << 27);
    /// `CLIENT PAUSE` does not hold it.
    pub(crate) const NOT_PAUSED: Self = Self(1 << 28);
    pub(crate) const SCRIPT_RUNNER: Self = Self(1 << 29);

    /// The flags that `COMMAND` reports, in its order. It does not report the other flags.
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::WRITE, "write"),
        (Self::READONLY, "readonly"),
        (Self::DENYOOM, "denyoom"),
        (Self::MODULE, "module"),
        (Self::ADMIN, "admin"),
        (Self::PUBSUB, "pubsub"),
        (Self::NOSCRIPT, "noscript"),
        (Self::RANDOM, "random"),
        (Self::SORT_FOR_SCRIPT, "sort_for_script"),
        (Self::BLOCKING, "blocking"),
        (Self::LOADING, "loading"),
        (Self::STALE, "stale"),
        (Self::SKIP_MONITOR, "skip_monitor"),
        (Self::SKIP_SLOWLOG, "skip_slowlog"),
        (Self::SKIP_COMMANDLOG, "skip_commandlog"),
        (Self::ASKING, "asking"),
        (Self::FAST, "fast"),
        (Self::NO_AUTH, "no_auth"),
        (Self::MAY_REPLICATE, "may_replicate"),
        (Self::NO_MANDATORY_KEYS, "no_mandatory_keys"),
        (Self::NO_ASYNC_LOADING, "no_async_loading"),
        (Self::NO_MULTI, "no_multi"),
        (Self::ALLOW_BUSY, "allow_busy"),
        (Self::MOVABLEKEYS, "movablekeys"),
        (Self::SCRIPT_RUNNER, "script_runner"),
    ];

    /// The union of these sets.
    pub(crate) const fn of(flags: &[Self]) -> Self {
        let mut all = 0;
        let mut index = 0;
        while index < flags.len() {
            all |= flags[index].0;
            index += 1;
        }
        Self(all)
    }

    /// The union of both sets.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this set has all flags of `other`.
    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the sets have a flag in common.
    pub(crate) const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The flag with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(flag, _)| *flag)
    }

    /// The names as `COMMAND INFO` lists them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        Self::NAMES.iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| *name)
    }
}
