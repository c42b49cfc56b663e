//! Error texts that differ between servers.

use crate::wire::ErrorReply;

/// The texts of one server's errors. Errors that all servers word alike are with their commands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorTexts {
    /// How the error for an unknown command quotes the command and its arguments.
    pub(crate) unknown_command: UnknownCommandFormat,
    /// The container, such as `CLIENT`, has no subcommand of this name.
    pub(crate) unknown_subcommand: fn(name: &[u8], container: &str) -> ErrorReply,
    /// The subcommand exists and counts its arguments itself; their number is wrong.
    pub(crate) wrong_number_for_subcommand: fn(name: &[u8], container: &str) -> ErrorReply,
    /// The command is not allowed between `MULTI` and `EXEC`.
    pub(crate) not_in_a_transaction: fn(command: &str) -> ErrorReply,
    /// The command is not allowed while a RESP2 client is subscribed.
    pub(crate) subscriber_may_not_run: fn(command: &str) -> ErrorReply,
    /// `CONFIG SET` does not know the parameter.
    pub(crate) unknown_parameter: fn(name: &[u8]) -> ErrorReply,
    /// `CONFIG SET` cannot change the parameter, for this reason.
    pub(crate) unchangeable_parameter: fn(name: &[u8], reason: &str) -> ErrorReply,
    /// `CONFIG SET` rejects the value. Some parameters give no reason, and it is empty then.
    pub(crate) invalid_value: fn(name: &[u8], value: &[u8], reason: &str) -> ErrorReply,
    /// `CONFIG SET client-output-buffer-limit` says why it rejects a value; otherwise it gives no
    /// reason.
    pub(crate) explains_invalid_output_limits: bool,
    /// The reason why `CONFIG SET` rejects a negative value of an unsigned parameter; otherwise the
    /// reason names the smallest and the largest value.
    pub(crate) negative_value: Option<&'static str>,
    /// The error of `SLOWLOG GET` for a number below -1, and for text; `None` for all entries.
    pub(crate) slow_log_count: Option<&'static str>,
    /// The first word of the reason `… must be one of the following: …` of `CONFIG SET`.
    pub(crate) argument_noun: &'static str,
    /// A monitor sent a command that reads or writes keys.
    pub(crate) monitor_may_not_run: &'static str,
    /// A client that has not authenticated sent `HELLO` without the option `AUTH`.
    pub(crate) hello_needs_auth: &'static str,
    /// The time to live is zero or negative where that is not allowed, or overflows.
    pub(crate) invalid_expire_time: fn(command: &str) -> ErrorReply,
    /// The user does not exist, is disabled, or has another password.
    pub(crate) wrong_password: &'static str,
}

/// How an error quotes the words of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnknownCommandFormat {
    /// The text before each word.
    pub(crate) open: &'static str,
    /// The text after each word.
    pub(crate) close: &'static str,
    /// The text between two arguments.
    pub(crate) between: &'static str,
    /// The most bytes of the command's name that are quoted.
    pub(crate) max_name_len: usize,
    /// The error announces arguments even if there are none.
    pub(crate) always_announces_arguments: bool,
}
