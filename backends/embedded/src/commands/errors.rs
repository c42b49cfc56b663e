//! What is said of a command that cannot be run.

use crate::catalogue::Command;
use crate::profile::{Behaviour, Repeated};
use crate::wire::{Args, ErrorReply};

/// How much of what a client sent is repeated to it.
const MOST_REPEATED: usize = 128;

/// No server has such a command.
pub(crate) fn unknown_command(profile: &Behaviour, args: Args<'_>) -> ErrorReply {
    let Repeated { open, close, between, most_of_name } = profile.errors.unknown_command;
    let mut error = ErrorReply::text("ERR unknown command ")
        .and(open)
        .and_quote(cut(&args[0], most_of_name))
        .and(close)
        .and(", with args beginning with: ");
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

/// Too few words, or too many.
pub(crate) fn wrong_arity(command: &Command) -> ErrorReply {
    ErrorReply::from(format!("ERR wrong number of arguments for '{}' command", command.name))
}

/// Real servers have it, this one has not.
pub(crate) fn not_implemented(command: &Command) -> ErrorReply {
    absent(command.name)
}

/// The same, of something that a command would have to do.
pub(crate) fn absent(full_name: &str) -> ErrorReply {
    ErrorReply::from(format!(
        "ERR the embedded server does not implement '{full_name}'; use a real server for this test"
    ))
}

fn cut(sent: &[u8], most: usize) -> &[u8] {
    &sent[..sent.len().min(most)]
}
