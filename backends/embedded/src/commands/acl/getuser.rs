//! ACL GETUSER.

use crate::commands::{Context, Outcome};
use crate::state::access::{Grammar, Selector, User};
use crate::wire::{Args, Reply};

/// Describes a user. The reply is null if no user has this name.
pub(super) fn getuser(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let Some(user) = ctx.state.access.find(&args[2]) else {
        ctx.reply().null();
        return Ok(());
    };
    let access = &ctx.state.access;
    let (user, grammar) = (access.user(user), access.grammar());
    let (mut described, mut discarded) = (Vec::new(), Vec::new());
    let protocol = ctx.client().session.protocol;
    let mut reply = match ctx.client().accepts_output() {
        true => Reply::new(&mut described, protocol),
        false => Reply::muted(&mut discarded, &mut described, protocol),
    };
    if grammar.behaviour.selectors {
        describe(user, grammar, &mut reply);
    } else {
        describe_without_selectors(user, grammar, &mut reply);
    }
    ctx.defer_length(1);
    ctx.reply().deferred_len().raw(&described);
    Ok(())
}

fn describe(user: &User, grammar: Grammar<'_>, reply: &mut Reply<'_>) {
    let selector_fields = 3 + usize::from(grammar.behaviour.databases);
    reply.deferred_len().map(3 + selector_fields);
    flags(&user.flags(grammar.behaviour.payload), reply);
    passwords(user, reply);
    selector(&user.root, grammar, reply);
    reply.bulk("selectors").array(user.selectors.len());
    for other in &user.selectors {
        reply.map(selector_fields);
        selector(other, grammar, reply);
    }
}

fn selector(selector: &Selector, grammar: Grammar<'_>, reply: &mut Reply<'_>) {
    let behaviour = grammar.behaviour;
    let commands = selector.commands.rules(grammar.catalogue, behaviour.shows_rules_as_given);
    reply.bulk("commands").bulk(commands);
    reply.bulk("keys").bulk(selector.keys.rules().join(&b' '));
    reply.bulk("channels").bulk(selector.channels.rules().join(&b' '));
    if behaviour.databases {
        reply.bulk("databases").bulk(selector.databases.rule());
    }
}

/// Servers without selectors list keys and channels as globs. Flags such as `allkeys` show what is
/// not restricted.
fn describe_without_selectors(user: &User, grammar: Grammar<'_>, reply: &mut Reply<'_>) {
    let Selector { commands, keys, channels, .. } = &user.root;
    let mut shown = user.flags(grammar.behaviour.payload);
    let all = [
        (commands.is_all(), "allcommands"),
        (channels.is_all(), "allchannels"),
        (keys.is_all(), "allkeys"),
    ];
    for (_, flag) in all.into_iter().filter(|(set, _)| *set) {
        shown.insert(1, flag);
    }
    reply.map(5);
    flags(&shown, reply);
    passwords(user, reply);
    reply.bulk("commands").bulk(commands.rules(grammar.catalogue, false));
    for (what, globs) in [("keys", keys.globs()), ("channels", channels.globs())] {
        reply.bulk(what).array(globs.len());
        for glob in globs {
            reply.bulk(glob);
        }
    }
}

fn flags(flags: &[&str], reply: &mut Reply<'_>) {
    reply.bulk("flags").deferred_len().set(flags.len());
    for flag in flags {
        reply.bulk(flag);
    }
}

fn passwords(user: &User, reply: &mut Reply<'_>) {
    reply.bulk("passwords").array(user.passwords.len());
    for password in &user.passwords {
        reply.bulk(password.as_str());
    }
}
