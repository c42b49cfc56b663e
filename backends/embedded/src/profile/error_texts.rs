//! Errors that servers put into different words.

use crate::wire::ErrorReply;

/// How a server words what others word otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorTexts {
    /// How an unknown command is repeated.
    pub(crate) unknown_command: Repeated,
    /// A subcommand that the container has not: both by name.
    pub(crate) unknown_subcommand: fn(name: &[u8], container: &str) -> ErrorReply,
    /// A subcommand that is there, with words that it cannot take.
    pub(crate) wrong_number_for_subcommand: fn(name: &[u8], container: &str) -> ErrorReply,
    /// A command between `MULTI` and `EXEC` that may not stand there, where that is a rule.
    pub(crate) not_in_a_transaction: fn(command: &str) -> ErrorReply,
    /// Any command of a RESP2 subscriber that it may not use.
    pub(crate) not_for_a_subscriber: fn(command: &str) -> ErrorReply,
    /// A parameter that `CONFIG SET` does not know.
    pub(crate) unknown_parameter: fn(name: &[u8]) -> ErrorReply,
    /// A parameter that only the start of a server can set.
    pub(crate) immutable_parameter: fn(name: &[u8]) -> ErrorReply,
    /// A value that `CONFIG SET` does not take, and why if it says so.
    pub(crate) invalid_value: fn(name: &[u8], value: &[u8], reason: &str) -> ErrorReply,
    /// What is wrong where a parameter takes certain words.
    pub(crate) one_argument: &'static str,
    /// A monitor that asks for a key.
    pub(crate) not_for_a_monitor: &'static str,
    /// `HELLO 3` from a stranger.
    pub(crate) hello_needs_auth: &'static str,
    /// A time to live that is no time.
    pub(crate) invalid_expire_time: fn(command: &str) -> ErrorReply,
    /// `AUTH` with the wrong password.
    pub(crate) wrong_password: &'static str,
}

/// How words that a client sent are repeated to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeated {
    /// In front of each.
    pub(crate) open: &'static str,
    /// Behind each.
    pub(crate) close: &'static str,
    /// Between two.
    pub(crate) between: &'static str,
    /// How many bytes of the command's name, at most.
    pub(crate) most_of_name: usize,
}
