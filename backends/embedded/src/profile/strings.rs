//! How servers differ in the commands of strings.

/// How a server's commands set and compare strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StringBehaviour {
    /// The comparisons that `SET` accepts as conditions, separated by blanks.
    pub(crate) set_comparisons: &'static str,
    /// `SET` accepts `GET` together with `NX`.
    pub(crate) set_returns_old_if_absent: bool,
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
    /// `GETEX` reads the expiry before it looks for the key; otherwise a missing key hides errors.
    pub(crate) getex_reads_expiry_first: bool,
    /// The error of `MSET` and `MSETNX` for a key without a value names the command in lower case.
    pub(crate) mset_names_itself: bool,
    /// The error of `DECRBY` for the lowest number, whose opposite is no number.
    pub(crate) lowest_decrement: &'static str,
    /// `SETBIT` and `BITFIELD` cause an event even if no bit changes.
    pub(crate) tells_of_unchanged_bits: bool,
    /// `BITCOUNT` and `BITPOS` accept `BYTE` and `BIT` behind a range.
    pub(crate) has_bit_units: bool,
    /// `BITCOUNT` and `BITPOS` look for the key before they parse the range.
    pub(crate) missing_key_hides_bit_range: bool,
    /// `BITCOUNT` accepts a start without an end.
    pub(crate) bitcount_end_is_optional: bool,
    /// `BITOP` knows `DIFF`, `DIFF1`, `ANDOR` and `ONE`.
    pub(crate) has_set_operations_of_bits: bool,
    /// `PFDEBUG` switches between fast and portable ways to merge HyperLogLogs.
    pub(crate) has_fast_registers: bool,
}
