//! How servers differ in the commands of lists.

/// How a server's commands work on lists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListBehaviour {
    /// The error of `LPOS` for the rank zero.
    pub(crate) zero_rank: &'static str,
    /// `LPOS` and `LREM` refuse the lowest number, whose opposite is no number.
    pub(crate) refuses_lowest_number: bool,
    /// `LSET` looks at 32 bits of an index of a listpack only.
    pub(crate) truncates_indexes: bool,
    /// `LTRIM` breaks no watch if it removes nothing; it causes its event all the same.
    pub(crate) may_trim_in_vain: bool,
}
