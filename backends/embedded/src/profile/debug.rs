//! How servers differ in `DEBUG`.

/// How a server debugs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DebugBehaviour {
    /// Clients may use `DEBUG` only if `enable-debug-command` says so, and load modules only if
    /// `enable-module-command` does; otherwise they always may.
    pub(crate) asks_for_permission: bool,
    /// The subcommands that its `HELP` does not name.
    pub(crate) unnamed: &'static [&'static str],
    /// The number with a fraction of `DEBUG PROTOCOL`.
    pub(crate) double: &'static str,
    /// `DEBUG OBJECT` takes further words: `fast` leaves out what takes long.
    pub(crate) describes_fast: bool,
    /// `DEBUG OBJECT` shows how often the key was used.
    pub(crate) shows_frequency: bool,
    /// The name that `DEBUG OBJECT` has for the limit of a node of a list.
    pub(crate) node_limit: &'static str,
    /// A digest tells fields that expire from those that do not.
    pub(crate) digests_expiries_of_fields: bool,
}
