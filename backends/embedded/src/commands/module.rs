//! MODULE. No module can be loaded; those that the imitated server has are listed.

use super::{Context, Family, Outcome};
use crate::profile::Module;
use crate::wire::{Args, Reply};

pub(crate) const FAMILY: Family = &[
    ("module|help", help),
    ("module|list", list),
    ("module|load", load),
    ("module|loadex", load),
    ("module|unload", unload),
];

fn list(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    describe_modules(ctx.state.profile.modules, &mut ctx.reply());
    Ok(())
}

/// Writes the modules, each with its name, version, path and arguments.
pub(super) fn describe_modules(modules: &[Module], reply: &mut Reply<'_>) {
    reply.array(modules.len());
    for module in modules {
        reply.map(4).bulk("name").bulk(module.name);
        reply.bulk("ver").integer(module.version);
        reply.bulk("path").bulk(module.path).bulk("args").array(0);
    }
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.module);
    Ok(())
}

fn load(_ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    Err("ERR Error loading the extension. Please check the server logs.".into())
}

fn unload(_ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    Err("ERR Error unloading module: no such module with that name".into())
}
