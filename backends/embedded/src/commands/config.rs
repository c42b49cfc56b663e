//! CONFIG GET, SET, RESETSTAT, REWRITE, HELP.

use super::{Context, Family, Outcome};
use crate::state::config;
use crate::state::{State, Stats};
use crate::wire::Args;

pub(crate) const FAMILY: Family = &[
    ("config|get", get),
    ("config|set", set),
    ("config|resetstat", resetstat),
    ("config|rewrite", rewrite),
    ("config|help", help),
];

fn get(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let profile = ctx.state.profile;
    let found: Vec<_> = config::matching(args.from(2).iter(), profile)
        .into_iter()
        .map(|(given, parameter)| {
            let echoes_names = profile.config_get_echoes_names;
            let name = if echoes_names { given } else { parameter.name.as_bytes().into() };
            (name, parameter.value(&ctx.state.config))
        })
        .collect();
    if profile.config_get_defers_length {
        ctx.defer_length(found.len());
    }
    let mut reply = ctx.reply();
    reply.deferred_if(profile.config_get_defers_length).map(found.len());
    for (name, value) in found {
        reply.bulk(name).bulk(value);
    }
    Ok(())
}

fn set(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let pairs = args.from(2);
    if !pairs.len().is_multiple_of(2) {
        return Err("ERR syntax error".into());
    }
    let names = pairs.iter().step_by(2);
    let values = pairs.from(1).iter().step_by(2);
    let State { access, config, profile, .. } = &mut *ctx.state;
    let (password, max_memory) = (config.password.clone(), config.max_memory);
    config.set(names.clone().zip(values), profile)?;
    let sets_password = || names.clone().any(|name| name.eq_ignore_ascii_case(b"requirepass"));
    if config.password != password || (profile.access.sets_same_password_again && sets_password()) {
        access.set_default_password(config.password.as_deref());
    }
    ctx.state.evict_tracked_keys(ctx.now);
    ctx.state.eviction_is_due |= ctx.state.config.max_memory != max_memory;
    ctx.reply().ok();
    Ok(())
}

fn resetstat(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.state.stats = Stats::of(ctx.state.catalogue);
    if let Some(view) = &mut ctx.state.cluster {
        view.traffic.clear();
    }
    ctx.reply().ok();
    Ok(())
}

/// Fails, because the embedded server has no configuration file.
fn rewrite(_ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    Err("ERR The server is running without a config file".into())
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.config);
    Ok(())
}
