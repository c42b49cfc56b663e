//! How servers differ in the commands of sorted sets.

use crate::wire::ErrorReply;

/// How a server's commands work on sorted sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortedSetBehaviour {
    /// A score is shown with up to 17 digits; otherwise with as few as tell it from all others.
    pub(crate) scores_have_17_digits: bool,
    /// A small sorted set stores scores as text, so `-0` stays as it is; otherwise it stores integers
    /// as integers, and `ZSCAN` shows all their digits.
    pub(crate) stores_scores_as_text: bool,
    /// A score may be a hexadecimal number.
    pub(crate) accepts_hexadecimal_scores: bool,
    /// The bound of a range may be a hexadecimal number, and blanks may come before it.
    pub(crate) accepts_loose_bounds: bool,
    /// `SORT` orders by numbers that are scores too; otherwise by numbers that are bounds too.
    pub(crate) sort_keys_are_scores: bool,
    /// `ZPOPMIN` with a negative count pops nothing; otherwise that is an error.
    pub(crate) negative_count_pops_nothing: bool,
    /// The error of a command, such as `zunion`, for a number of keys below one.
    pub(crate) no_input_key: fn(command: &str) -> ErrorReply,
    /// The words that `AGGREGATE` accepts, separated by blanks.
    pub(crate) aggregates: &'static str,
}
