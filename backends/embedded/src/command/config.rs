//! CONFIG GET, SET, RESETSTAT, REWRITE, HELP.

use super::Turn;
use crate::config;
use crate::wire::{Args, ErrorReply};
use crate::world::{Stats, World};

type Outcome = Result<(), ErrorReply>;

pub(super) fn get(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let profile = turn.world.profile;
    let found: Vec<_> = config::matching(args.from(2).iter(), profile)
        .into_iter()
        .map(|(typed, parameter)| {
            let as_typed = profile.repeats_names_of_parameters;
            let name = if as_typed { typed } else { parameter.name.as_bytes().into() };
            (name, parameter.value(&turn.world.config))
        })
        .collect();
    if profile.opens_reply_of_config {
        turn.open_reply(found.len());
    }
    let mut reply = turn.reply();
    reply.opened_if(profile.opens_reply_of_config).map(found.len());
    for (name, value) in found {
        reply.bulk(name).bulk(value);
    }
    Ok(())
}

pub(super) fn set(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let pairs = args.from(2);
    if !pairs.len().is_multiple_of(2) {
        return Err("ERR syntax error".into());
    }
    let names = pairs.iter().step_by(2);
    let values = pairs.from(1).iter().step_by(2);
    let World { access, config, profile, .. } = &mut *turn.world;
    let password = config.password.clone();
    config.set(names.clone().zip(values), profile)?;
    let named = || names.clone().any(|name| name.eq_ignore_ascii_case(b"requirepass"));
    if config.password != password || (profile.access.sets_same_password_again && named()) {
        access.require(config.password.as_deref());
    }
    turn.world.limit_caches(turn.now);
    turn.reply().ok();
    Ok(())
}

pub(super) fn resetstat(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.world.stats = Stats::of(turn.world.commands);
    turn.reply().ok();
    Ok(())
}

/// There is no file that it could be written to.
pub(super) fn rewrite(_turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    Err("ERR The server is running without a config file".into())
}

pub(super) fn help(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.reply_help(turn.world.profile.help.config);
    Ok(())
}
