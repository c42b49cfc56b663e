//! How servers differ in the commands of strings.

/// How a server's commands set and compare strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StringBehaviour {
    /// The comparisons that `SET` accepts as conditions, separated by blanks.
    pub(crate) set_comparisons: &'static str,
    /// `SET` accepts its comparison again, with a new operand; otherwise that is a syntax error.
    pub(crate) comparisons_may_repeat: bool,
    /// `SET` accepts `NX` or `XX` after a comparison, and then both must hold; otherwise that is a
    /// syntax error.
    pub(crate) presence_may_follow_comparison: bool,
    /// `COMMAND GETKEYSANDFLAGS` shows that a `SET` with a comparison reads its key.
    pub(crate) comparisons_read: bool,
    /// The error of `MSETEX` for a number of keys that is no positive 32-bit number.
    pub(crate) msetex_invalid_number: &'static str,
    /// The error of `MSETEX` for more keys than the request has.
    pub(crate) msetex_missing_pairs: &'static str,
    /// `MSETEX` causes the event `expire` before `set`; otherwise after it.
    pub(crate) msetex_expires_before_set: bool,
}
