//! How servers differ in access control (`ACL`).

/// The rules of a server's access control, and the texts of its errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccessBehaviour {
    /// Users may have selectors in parentheses, key permissions for reading or writing only
    /// (`%R~`), and rules for subcommands; otherwise `+command|word` compares the first argument of
    /// any command.
    pub(crate) selectors: bool,
    /// A second `(` before the first selector is closed drops the first selector; otherwise it is
    /// part of the first one.
    pub(crate) forgets_open_selectors: bool,
    /// `ACL LIST` and `ACL GETUSER` show the rules for commands as they were given; otherwise the
    /// server computes an equivalent list.
    pub(crate) shows_rules_as_given: bool,
    /// Users may have rules for databases (`db=`, `alldbs`).
    pub(crate) databases: bool,
    /// When `ACL LIST` and `ACL GETUSER` show the flag `sanitize-payload` of a user.
    pub(crate) payload: SanitizeFlag,
    /// The default of `acl-pubsub-default` is `allchannels`; otherwise it is `resetchannels`.
    pub(crate) all_channels: bool,
    /// An entry of `ACL LOG` has an id, a time of creation and a time of its last update.
    pub(crate) log_has_ids: bool,
    /// `ACL DRYRUN` names whole keys and channels; otherwise it ends them at the first NUL.
    pub(crate) names_whole_objects: bool,
    /// A wrong password gets no reply while an earlier reply of the same client is still in its
    /// output buffer; otherwise it always gets an error.
    pub(crate) may_skip_wrong_password_reply: bool,
    /// `ACL SETUSER` closes no subscribers if the user keeps all its channels; otherwise it closes
    /// every subscriber of a channel that the user may not use, even if no channel was taken away.
    pub(crate) spares_subscribers_if_channels_stay: bool,
    /// A subscriber that loses a channel is closed at the end of the round, and counts as a
    /// receiver until then; otherwise it is closed at once.
    pub(crate) closes_subscribers_after_round: bool,
    /// `CONFIG SET requirepass` replaces the passwords of the default user even if the value is the
    /// one that it has; otherwise such a call has no effect.
    pub(crate) sets_same_password_again: bool,
    /// `EXEC` checks again whether the user may use the keys of the queued commands; otherwise it
    /// checks the commands and their channels only.
    pub(crate) checks_keys_at_exec: bool,
    /// A pattern is compared with the channels of a user up to its first zero byte.
    pub(crate) patterns_end_at_zero: bool,
    /// A client in broadcast mode of `CLIENT TRACKING` is told only of keys that its user may read.
    pub(crate) broadcasts_readable_keys: bool,
    /// The text after `NOPERM` for a command; `{user}` and `{object}` are filled in here and below.
    pub(crate) command_denied: &'static str,
    /// The text after `NOPERM` for a key.
    pub(crate) key_denied: &'static str,
    /// The text after `NOPERM` for a channel.
    pub(crate) channel_denied: &'static str,
    /// The subject of the sentence with which `ACL DRYRUN` denies permission.
    pub(crate) subject: &'static str,
    /// The error of `ACL LOAD` and `ACL SAVE` on a server without an ACL file.
    pub(crate) no_file: &'static str,
}

/// When a server shows whether it sanitizes the payload of `RESTORE` for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SanitizeFlag {
    /// For every user: new users have the flag `sanitize-payload`.
    Always,
    /// Once a rule has set one of the two flags.
    WhenTold,
    /// Never, although the rules are accepted.
    Never,
}

impl AccessBehaviour {
    /// The flag of a new user: `Some(true)` is `sanitize-payload`, `None` is no flag.
    pub(crate) fn initial_sanitize_flag(&self) -> Option<bool> {
        (self.payload == SanitizeFlag::Always).then_some(true)
    }
}
