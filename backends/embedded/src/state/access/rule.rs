//! Errors in rules of `ACL SETUSER`, and how rules are compared.

/// Why a rule is invalid, in the words of Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    #[error("Syntax error")]
    Syntax,
    #[error("Unknown command or category name in ACL")]
    UnknownCommand,
    /// `+config|get|x`
    #[error("Allowing first-arg of a subcommand is not supported")]
    FirstArgumentOfSubcommand,
    #[error(
        "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have \
         any effect. Try 'resetkeys' to start with an empty list of patterns"
    )]
    AfterAllKeys,
    #[error(
        "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not \
         have any effect. Try 'resetchannels' to start with an empty list of channels"
    )]
    AfterAllChannels,
    #[error("The password you are trying to remove from the user does not exist")]
    NoSuchPassword,
    #[error(
        "The password hash must be exactly 64 characters and contain only lowercase hexadecimal \
         characters"
    )]
    NotAHash,
    #[error("The provided database ID is out of range")]
    NoSuchDatabase,
}

/// Whether a text has bytes that would break a line of `ACL LIST`: C's `isspace`, or NUL.
pub(crate) fn has_blanks(text: &[u8]) -> bool {
    text.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'\x0b' | 0))
}

/// Whether a rule is this word. Rules are compared as C strings: up to the first NUL, ignoring
/// case.
pub(super) fn is(rule: &[u8], word: &str) -> bool {
    let end = memchr::memchr(0, rule).unwrap_or(rule.len());
    rule[..end].eq_ignore_ascii_case(word.as_bytes())
}
