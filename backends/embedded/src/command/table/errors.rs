//! What is said of a command that cannot be run.

use super::Spec;
use crate::wire::{Args, ErrorReply};

/// How much of what a client sent is repeated to it.
const MOST_REPEATED: usize = 128;

/// No server has such a command.
pub(crate) fn unknown_command(args: Args<'_>) -> ErrorReply {
    let name = &args[0];
    let mut error = ErrorReply::quoting("ERR unknown command '", cut(name, MOST_REPEATED), "'")
        .and(", with args beginning with: ");
    let start = error.as_bytes().len();
    for arg in args.from(1).iter() {
        let repeated = error.as_bytes().len() - start;
        if repeated >= MOST_REPEATED {
            break;
        }
        error = error.and("'").and_quote(cut(arg, MOST_REPEATED - repeated)).and("' ");
    }
    error
}

/// The command has subcommands, but not this one.
pub(crate) fn unknown_subcommand(container: &Spec, args: Args<'_>) -> ErrorReply {
    let name = cut(args.get(1).unwrap_or_default(), MOST_REPEATED);
    let container = container.full_name.to_ascii_uppercase();
    ErrorReply::quoting("ERR unknown subcommand '", name, "'. Try ").and(&container).and(" HELP.")
}

/// Too few words, or too many.
pub(crate) fn wrong_arity(spec: &Spec) -> ErrorReply {
    ErrorReply::from(format!("ERR wrong number of arguments for '{}' command", spec.full_name))
}

/// Real servers have it, this one has not.
pub(crate) fn not_implemented(spec: &Spec) -> ErrorReply {
    ErrorReply::from(format!(
        "ERR the embedded server does not implement '{}'; use a real server for this test",
        spec.full_name
    ))
}

fn cut(sent: &[u8], most: usize) -> &[u8] {
    &sent[..sent.len().min(most)]
}
