//! MEMORY: how much memory a key takes. Nothing is told about the process: it is a part of a test.

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::wire::{Args, parse_integer};

/// How many elements of a collection are measured, if the client does not say it.
const SAMPLES: usize = 5;

/// The answer of `MEMORY DOCTOR` about a server that uses little memory.
const HEALTHY: &str = "Hi Sam, this instance is empty or is using very little memory, my issues \
                       detector can't be used in these conditions. Please, leave for your mission on \
                       Earth and fill it with some data. The new Sam and I will be back to our \
                       programming as soon as I finished rebooting.\n";

pub(super) fn usage(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut samples = SAMPLES;
    let mut options = args.from(3);
    while let Some(option) = options.get(0) {
        let (b"samples", Some(count)) = (option.to_ascii_lowercase().as_slice(), options.get(1))
        else {
            return Err(SYNTAX.into());
        };
        let count = parse_integer(count).ok_or(NO_INTEGER)?;
        samples = match usize::try_from(count).map_err(|_| SYNTAX)? {
            0 => usize::MAX,
            count => count,
        };
        options = options.from(2);
    }
    let key = &args[2];
    let bytes = ctx.database().entry(key).map(|entry| entry.memory(&key.into(), samples));
    match bytes {
        Some(bytes) => ctx.reply().count(bytes),
        None => ctx.reply().null(),
    };
    Ok(())
}

pub(super) fn doctor(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().verbatim(HEALTHY);
    Ok(())
}

pub(super) fn malloc_stats(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().verbatim("Stats not supported for the current allocator");
    Ok(())
}

pub(super) fn purge(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().ok();
    Ok(())
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.memory);
    Ok(())
}
