//! How servers differ in access control.

/// What a server knows of access control, and how it speaks of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessBehaviour {
    /// Selectors in parentheses, permissions for keys by their use (`%R~`), rules for single
    /// subcommands; before all of these, subcommands were words that may follow a command.
    pub(crate) selectors: bool,
    /// Whether a selector that has no end yet is forgotten where another begins.
    pub(crate) forgets_open_selectors: bool,
    /// Whether rules for commands are shown as they were given. If not, the server works out some
    /// that amount to the same.
    pub(crate) shows_rules_as_given: bool,
    /// Rules for databases.
    pub(crate) databases: bool,
    pub(crate) payload: ShownPayload,
    /// What `acl-pubsub-default` is: whether what is new may use every channel.
    pub(crate) all_channels: bool,
    /// Whether entries of `ACL LOG` have numbers and times.
    pub(crate) log_has_ids: bool,
    /// A dry run names keys and channels as they are, and not up to the first NUL.
    pub(crate) names_whole_objects: bool,
    /// Whether a wrong password behind an answer that has not left yet is answered with nothing.
    pub(crate) may_swallow_wrong_password: bool,
    /// Whether a change that adds channels alone leaves all subscribers alone, also those who listen
    /// to what they may not.
    pub(crate) spares_subscribers_if_channels_stay: bool,
    /// Whether subscribers who lose a channel are closed after everything that arrived with the
    /// change, and count as receivers until then.
    pub(crate) closes_subscribers_after_round: bool,
    /// Whether `CONFIG SET requirepass` takes effect when it names the password that it had set.
    pub(crate) sets_same_password_again: bool,
    /// `NOPERM` and what follows it; `{user}` and `{object}` are filled in.
    pub(crate) command_denied: &'static str,
    pub(crate) key_denied: &'static str,
    pub(crate) channel_denied: &'static str,
    /// Who has no permissions, to `ACL DRYRUN`.
    pub(crate) subject: &'static str,
    /// To `ACL LOAD` and `ACL SAVE`.
    pub(crate) no_file: &'static str,
}

/// Whether users are shown to look through the payload of RESTORE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownPayload {
    /// From the start.
    Always,
    /// When they were told to.
    WhenTold,
    Never,
}

impl AccessBehaviour {
    /// What becomes of a user of whom nobody said whether payloads are looked through.
    pub(crate) fn sanitizes_from_the_start(&self) -> Option<bool> {
        (self.payload == ShownPayload::Always).then_some(true)
    }
}
