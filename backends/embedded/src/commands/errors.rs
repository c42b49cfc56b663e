//! The errors of commands that cannot run.

use crate::catalogue::Command;
use crate::profile::{Behaviour, UnknownCommandFormat};
use crate::wire::{Args, ErrorReply};

/// The words of the request make no sense in this order.
pub(crate) const SYNTAX: &str = "ERR syntax error";

/// The word must be an integer of 64 bits.
pub(crate) const NO_INTEGER: &str = "ERR value is not an integer or out of range";

/// The key has a value of another type.
pub(crate) const WRONG_TYPE: &str =
    "WRONGTYPE Operation against a key holding the wrong kind of value";

/// The key is missing.
pub(crate) const NO_KEY: &str = "ERR no such key";

/// The most bytes of a request that an error repeats.
const MOST_REPEATED: usize = 128;

/// The server has no such command.
pub(crate) fn unknown_command(profile: &Behaviour, args: Args<'_>) -> ErrorReply {
    let UnknownCommandFormat { open, close, between, max_name_len, always_announces_arguments } =
        profile.errors.unknown_command;
    let mut error = ErrorReply::text("ERR unknown command ")
        .and(open)
        .and_quote(cut(&args[0], max_name_len))
        .and(close);
    if args.len() == 1 && !always_announces_arguments {
        return error;
    }
    error = error.and(", with args beginning with: ");
    let start = error.as_bytes().len();
    for arg in args.from(1).iter() {
        let repeated = error.as_bytes().len() - start;
        if repeated >= MOST_REPEATED {
            break;
        }
        let arg = cut(arg, MOST_REPEATED - repeated);
        error = error.and(open).and_quote(arg).and(close).and(between);
    }
    error
}

/// The command has subcommands, but not this one.
pub(crate) fn unknown_subcommand(
    profile: &Behaviour,
    container: &Command,
    name: &[u8],
) -> ErrorReply {
    (profile.errors.unknown_subcommand)(name, &container.name.to_ascii_uppercase())
}

/// The request has too few words or too many.
pub(crate) fn wrong_arity(command: &Command) -> ErrorReply {
    ErrorReply::from(format!("ERR wrong number of arguments for '{}' command", command.name))
}

/// Real servers have the command, but the embedded server does not implement it.
pub(crate) fn not_implemented(command: &Command) -> ErrorReply {
    if cfg!(not(feature = "scripts")) && command.group() == "scripting" {
        return ErrorReply::from(format!(
            "ERR the embedded server runs '{}' only if the feature 'scripts' of twincast-embedded is \
             enabled",
            command.name
        ));
    }
    unsupported(command.name)
}

/// The same error by full name, for handlers that implement only the error cases of a command.
pub(crate) fn unsupported(full_name: &str) -> ErrorReply {
    ErrorReply::from(format!(
        "ERR the embedded server does not implement '{full_name}'; use a real server for this test"
    ))
}

fn cut(sent: &[u8], most: usize) -> &[u8] {
    &sent[..sent.len().min(most)]
}
