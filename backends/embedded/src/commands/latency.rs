//! LATENCY: what took long. Only `DEBUG SLEEP` takes time here.

use super::errors;
use super::{Context, Family, Outcome};
use crate::catalogue::Command;
use crate::state::latency::LatencyEvent;
use crate::wire::{Args, ErrorReply};

pub(crate) const FAMILY: Family = &[
    ("latency|doctor", doctor),
    ("latency|graph", graph),
    ("latency|help", help),
    ("latency|histogram", histogram),
    ("latency|history", history),
    ("latency|latest", latest),
    ("latency|reset", reset),
];

/// Lists the samples of an event.
fn history(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let samples: Vec<_> =
        event(ctx, &args[2]).into_iter().flat_map(|event| event.samples.iter().copied()).collect();
    let mut reply = ctx.deferred_array(samples.len());
    for sample in samples {
        reply.array(2).integer(sample.at.cast_signed()).integer(sample.millis.cast_signed());
    }
    Ok(())
}

fn event<'c>(ctx: &'c Context<'_>, name: &[u8]) -> Option<&'c LatencyEvent> {
    let mut events = ctx.state.latency.events.iter();
    events.find(|(known, _)| known.as_bytes() == name).map(|(_, event)| event)
}

/// Lists the latest sample and the longest time of each event.
fn latest(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let adds_up = ctx.state.profile.latency_adds_up;
    let events = ctx.state.latency.events.iter();
    let latest: Vec<_> = events
        .filter_map(|(name, event)| {
            let last = event.samples.back()?;
            Some((*name, [last.at, last.millis, event.most, event.sum, event.count]))
        })
        .collect();
    let numbers = if adds_up { 5 } else { 3 };
    let mut reply = ctx.reply();
    reply.array(latest.len());
    for (name, values) in latest {
        reply.array(1 + numbers).bulk(name);
        values.into_iter().take(numbers).for_each(|it| _ = reply.integer(it.cast_signed()));
    }
    Ok(())
}

/// A graph of samples is for people; only its absence is for programs.
fn graph(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    match event(ctx, &args[2]) {
        Some(_) => Err(errors::unsupported("latency|graph of samples")),
        None => Err(ErrorReply::quoting("ERR No samples available for event '", &args[2], "'")),
    }
}

/// A report about samples is for people, and about a machine.
fn doctor(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let [disabled, healthy] = ctx.state.profile.latency_doctor;
    let is_empty = ctx.state.latency.events.is_empty();
    let report = match (is_empty, ctx.state.config.latency_threshold) {
        (true, 0) => disabled,
        (true, _) => healthy,
        (false, _) => return Err(errors::unsupported("latency|doctor about samples")),
    };
    ctx.reply().verbatim(report);
    Ok(())
}

/// Tells how often commands ran, all of them within a microsecond. A command with subcommands stands for
/// these.
fn histogram(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (catalogue, stats) = (ctx.state.catalogue, &ctx.state.stats);
    let names = args.from(2);
    let is_named = |command: &&Command| {
        let is = |name: &[u8]| {
            let name = name.to_ascii_lowercase();
            [command.name, command.container()].iter().any(|it| it.as_bytes() == name)
        };
        names.is_empty() || names.iter().any(is)
    };
    let counted = catalogue.listed().filter(is_named).filter_map(|command| {
        let runs = stats.calls[command.place].run;
        (runs > 0).then_some((command.name, runs.cast_signed()))
    });
    let counted: Vec<_> = counted.collect();
    let mut reply = ctx.reply();
    reply.deferred_len().map(counted.len());
    for (name, runs) in counted {
        reply.bulk(name).map(2).bulk("calls").integer(runs);
        reply.bulk("histogram_usec").map(1).integer(1).integer(runs);
    }
    Ok(())
}

/// Forgets the samples of events, of all if none is named.
fn reset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    let events = &mut ctx.state.latency.events;
    let before = events.len();
    events
        .retain(|known, _| !names.is_empty() && !names.iter().any(|name| known.as_bytes() == name));
    let forgotten = before - events.len();
    ctx.reply().count(forgotten);
    Ok(())
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.latency);
    Ok(())
}
