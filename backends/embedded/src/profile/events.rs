//! How servers differ in keyspace notifications.

/// How a server notifies clients of changes to keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventBehaviour {
    /// The letters that `notify-keyspace-events` accepts.
    pub(crate) letters: &'static str,
    /// The reason why `CONFIG SET` rejects any other letter; empty if the server gives none.
    pub(crate) unknown_letter: &'static str,
    /// A key whose expiry is set to a time in the past causes the event `expired`; otherwise it
    /// causes `del`.
    pub(crate) past_expiry_event_is_expired: bool,
    /// `SET` with an expiry in the past removes the key; otherwise it sets the key, which then
    /// expires.
    pub(crate) set_in_the_past_removes_key: bool,
    /// `INFO` counts a value that is set with an expiry in the past as an expired key, whether or
    /// not there was a key.
    pub(crate) past_value_counts_as_expired: bool,
}
