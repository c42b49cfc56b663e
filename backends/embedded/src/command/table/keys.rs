//! Which words of a command are keys.

use crate::wire::Args;

/// Where the keys stand: from the first word after the name on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    /// What the command does with them, in Redis' words.
    pub(crate) flags: &'static [&'static str],
    /// A remark about the flags.
    pub(crate) notes: Option<&'static str>,
    /// Every word to the end is one.
    pub(crate) many: bool,
}

impl KeySpec {
    pub(super) const fn one(flags: &'static [&'static str]) -> Self {
        Self { flags, notes: None, many: false }
    }

    pub(super) const fn many(flags: &'static [&'static str]) -> Self {
        Self { flags, notes: None, many: true }
    }

    /// The place of the last key, counted from the end if it is negative.
    pub(crate) fn last(self) -> i64 {
        if self.many { -1 } else { 1 }
    }

    /// Shard channels stand where keys do, and are none.
    pub(crate) fn are_keys(self) -> bool {
        !self.flags.contains(&"not_key")
    }

    /// The keys among a command's words.
    pub(crate) fn of(self, args: Args<'_>) -> Vec<&[u8]> {
        let most = if self.many { args.len() } else { 1 };
        args.from(1).iter().take(most).collect()
    }

    /// What this very command does with its keys: `SET` reads only if it is asked to.
    pub(crate) fn flags_of(self, args: Args<'_>) -> &'static [&'static str] {
        if !self.flags.contains(&"variable_flags") {
            self.flags
        } else if args.from(3).iter().any(|word| word.eq_ignore_ascii_case(b"get")) {
            &["RW", "access", "update"]
        } else {
            &["OW", "update"]
        }
    }
}
