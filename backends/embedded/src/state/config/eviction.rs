//! `maxmemory-policy` and its parameters: which keys are evicted when the memory is used up.

/// The words of `maxmemory-policy`, in the order in which servers list them.
const POLICIES: [(&str, EvictionPolicy); 10] = [
    ("volatile-lru", EvictionPolicy::volatile(EvictionOrder::Usage)),
    ("volatile-lfu", EvictionPolicy::volatile(EvictionOrder::Frequency)),
    ("volatile-random", EvictionPolicy::volatile(EvictionOrder::Random)),
    ("volatile-ttl", EvictionPolicy::volatile(EvictionOrder::Expiry)),
    ("volatile-lrm", EvictionPolicy::volatile(EvictionOrder::Modification)),
    ("allkeys-lru", EvictionPolicy::all(EvictionOrder::Usage)),
    ("allkeys-lfu", EvictionPolicy::all(EvictionOrder::Frequency)),
    ("allkeys-random", EvictionPolicy::all(EvictionOrder::Random)),
    ("allkeys-lrm", EvictionPolicy::all(EvictionOrder::Modification)),
    ("noeviction", EvictionPolicy { volatile: false, order: None }),
];

/// Which keys are evicted, and which of them first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EvictionPolicy {
    /// Only keys with an expiry are evicted.
    pub(crate) volatile: bool,
    /// `None` evicts nothing.
    pub(crate) order: Option<EvictionOrder>,
}

/// Which key is evicted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EvictionOrder {
    /// The one that was not used for longest.
    Usage,
    /// The one that was not written for longest: Redis 8.6 and later.
    Modification,
    /// The one that is used least often.
    Frequency,
    /// The one that expires next.
    Expiry,
    Random,
}

/// Eviction and the frequencies that it may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Eviction {
    pub(crate) policy: EvictionPolicy,
    /// `lfu-log-factor`: the higher, the more uses it takes to count one more.
    pub(crate) log_factor: i64,
    /// `lfu-decay-time`: after how many minutes without a use a key counts one less; never if it
    /// is 0.
    pub(crate) decay_minutes: i64,
}

impl Eviction {
    /// The values of Redis without a configuration file.
    pub(super) const DEFAULT: Self = Self {
        policy: EvictionPolicy { volatile: false, order: None },
        log_factor: 10,
        decay_minutes: 1,
    };

    /// Whether the server counts how often keys are used, in place of when.
    pub(crate) fn counts_uses(&self) -> bool {
        self.policy.order == Some(EvictionOrder::Frequency)
    }

    /// Whether only writes count as uses.
    pub(crate) fn ignores_reads(&self) -> bool {
        self.policy.order == Some(EvictionOrder::Modification)
    }
}

impl EvictionPolicy {
    const fn all(order: EvictionOrder) -> Self {
        Self { volatile: false, order: Some(order) }
    }

    const fn volatile(order: EvictionOrder) -> Self {
        Self { volatile: true, order: Some(order) }
    }

    /// The policy of a word, or else the words that there are.
    pub(super) fn parse(text: &[u8], knows_modification: bool) -> Result<Self, String> {
        let known = |(_, policy): &&(&str, Self)| {
            knows_modification || policy.order != Some(EvictionOrder::Modification)
        };
        let mut policies = POLICIES.iter().filter(known);
        let found = policies.clone().find(|(word, _)| text.eq_ignore_ascii_case(word.as_bytes()));
        match found {
            Some((_, policy)) => Ok(*policy),
            None => {
                let first = policies.next().map_or("", |(word, _)| word).to_owned();
                Err(policies.fold(first, |words, (word, _)| words + ", " + word))
            }
        }
    }

    /// The word, as `CONFIG GET` and `INFO` show it.
    pub(crate) fn word(self) -> &'static str {
        let found = POLICIES.iter().find(|(_, policy)| *policy == self);
        found.map_or("noeviction", |(word, _)| word)
    }
}
