//! How servers differ in events of keys.

/// How a server tells what happened to keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventBehaviour {
    /// The letters that `notify-keyspace-events` may hold.
    pub(crate) letters: &'static str,
    /// Why another letter is refused, if that is said.
    pub(crate) unknown_letter: &'static str,
    /// Whether a key that is given a time in the past counts as expired, and not as deleted.
    pub(crate) past_expiry_event_is_expired: bool,
    /// Whether `SET` with a time in the past leaves no key behind.
    pub(crate) drops_past_set: bool,
}
