//! CLIENT TRACKING, CACHING, GETREDIR, TRACKINGINFO.

use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::State;
use crate::state::session::{Tracking, TrackingMode};
use crate::wire::{Args, ErrorReply, parse_integer};

const OTHER_BROADCAST: &str = "ERR You can't switch BCAST mode on/off before disabling tracking \
                               for this client, and then re-enabling it with a different mode.";
const OTHER_OPT: &str = "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this \
                         client, and then re-enabling it with a different mode.";

/// The options of `CLIENT TRACKING ON`. OFF accepts the same options and ignores them.
#[derive(Default)]
struct Options<'a> {
    redirect: Option<u64>,
    broadcasts: bool,
    opts_in: bool,
    opts_out: bool,
    noloop: bool,
    prefixes: Vec<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(mut words: Args<'a>, state: &State) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        while let Some(option) = words.get(0) {
            words = words.from(1);
            match (option.to_ascii_lowercase().as_slice(), words.get(0)) {
                (b"redirect", Some(id)) => {
                    options.redirect = Some(options.redirect_to(id, state)?);
                    words = words.from(1);
                }
                (b"prefix", Some(prefix)) => {
                    options.prefixes.push(prefix);
                    words = words.from(1);
                }
                (b"bcast", _) => options.broadcasts = true,
                (b"optin", _) => options.opts_in = true,
                (b"optout", _) => options.opts_out = true,
                (b"noloop", _) => options.noloop = true,
                _ => return Err(SYNTAX.into()),
            }
        }
        Ok(options)
    }

    fn redirect_to(&self, id: &[u8], state: &State) -> Result<u64, ErrorReply> {
        if self.redirect.is_some() {
            return Err("ERR A client can only redirect to a single other client".into());
        }
        let id = parse_integer(id).ok_or("ERR value is not an integer or out of range")?;
        let id = u64::try_from(id).ok().filter(|id| state.clients.by_id(*id).is_some());
        Ok(id.ok_or("ERR The client ID you want redirect to does not exist")?)
    }

    /// Checks the options, also against the client's present tracking.
    fn check(&self, before: Option<&Tracking>) -> Outcome {
        if !self.broadcasts && !self.prefixes.is_empty() {
            return Err("ERR PREFIX option requires BCAST mode to be enabled".into());
        }
        let mode = before.map(|before| before.mode);
        if mode.is_some_and(|mode| (mode == TrackingMode::Broadcast) != self.broadcasts) {
            return Err(OTHER_BROADCAST.into());
        }
        if self.broadcasts && (self.opts_in || self.opts_out) {
            return Err("ERR OPTIN and OPTOUT are not compatible with BCAST".into());
        }
        if self.opts_in && self.opts_out {
            return Err("ERR You can't specify both OPTIN mode and OPTOUT mode".into());
        }
        if self.opts_in && mode == Some(TrackingMode::OptOut)
            || self.opts_out && mode == Some(TrackingMode::OptIn)
        {
            return Err(OTHER_OPT.into());
        }
        self.check_prefixes(before)
    }

    /// Prefixes of one client must not overlap.
    fn check_prefixes(&self, before: Option<&Tracking>) -> Outcome {
        for (index, prefix) in self.prefixes.iter().enumerate() {
            let mut existing = before.into_iter().flat_map(|before| &before.prefixes);
            if let Some(existing) = existing.find(|existing| overlap(prefix, existing)) {
                return Err(overlapping(prefix, "' overlaps with an existing prefix '", existing));
            }
            let mut others = self.prefixes[index + 1..].iter();
            if let Some(other) = others.find(|other| overlap(prefix, other)) {
                let how = "' overlaps with another provided prefix '";
                return Err(overlapping(prefix, how, other));
            }
        }
        Ok(())
    }

    fn tracking(&self) -> Tracking {
        let mode = match self {
            Self { broadcasts: true, .. } => TrackingMode::Broadcast,
            Self { opts_in: true, .. } => TrackingMode::OptIn,
            Self { opts_out: true, .. } => TrackingMode::OptOut,
            _ => TrackingMode::Read,
        };
        let mut prefixes = self.prefixes.clone();
        if self.broadcasts && prefixes.is_empty() {
            prefixes.push(b"");
        }
        Tracking {
            mode,
            noloop: self.noloop,
            redirect: self.redirect,
            prefixes: prefixes.into_iter().map(Into::into).collect(),
            ..Tracking::default()
        }
    }
}

fn overlap(one: &[u8], other: &[u8]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn overlapping(prefix: &[u8], how: &str, other: &[u8]) -> ErrorReply {
    let error = ErrorReply::quoting("ERR Prefix '", prefix, how).and_quote(other);
    error.and("'. Prefixes for a single client must not overlap.")
}

pub(super) fn tracking(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let options = Options::parse(args.from(3), ctx.state)?;
    match args[2].to_ascii_lowercase().as_slice() {
        b"on" => {
            options.check(ctx.client().session.tracking.as_deref())?;
            ctx.state.track(ctx.me, options.tracking());
        }
        b"off" => ctx.state.stop_tracking(ctx.me),
        _ => return Err(SYNTAX.into()),
    }
    ctx.reply().ok();
    Ok(())
}

/// Makes the next command or transaction an exception from the client's tracking mode.
pub(super) fn caching(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let Some(tracking) = &mut ctx.client_mut().session.tracking else {
        return Err("ERR CLIENT CACHING can be called only when the client is in tracking mode \
                    with OPTIN or OPTOUT mode enabled"
            .into());
    };
    match args[2].to_ascii_lowercase().as_slice() {
        b"yes" if tracking.mode == TrackingMode::OptIn => tracking.caching_override = true,
        b"yes" => {
            return Err("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN \
                        mode."
                .into());
        }
        b"no" if tracking.mode == TrackingMode::OptOut => tracking.caching_override = true,
        b"no" => {
            return Err("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT \
                        mode."
                .into());
        }
        _ => return Err(SYNTAX.into()),
    }
    ctx.reply().ok();
    Ok(())
}

pub(super) fn getredir(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let redirect = redirect(ctx.client().session.tracking.as_deref());
    ctx.reply().integer(redirect);
    Ok(())
}

/// The id that invalidations are redirected to: 0 without a redirect, -1 without tracking.
pub(super) fn redirect(tracking: Option<&Tracking>) -> i64 {
    let id = tracking.map(|tracking| tracking.redirect.unwrap_or(0));
    id.map_or(-1, |id| i64::try_from(id).unwrap_or(i64::MAX))
}

pub(super) fn trackinginfo(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let tracking = ctx.client().session.tracking.as_deref();
    let (flags, redirect) = (flags(tracking), redirect(tracking));
    let prefixes: Vec<Box<[u8]>> =
        tracking.iter().flat_map(|tracking| tracking.prefixes.iter().cloned()).collect();
    ctx.defer_length(flags.len());
    let mut reply = ctx.reply();
    reply.map(3).bulk("flags").deferred_len().set(flags.len());
    for flag in flags {
        reply.bulk(flag);
    }
    reply.bulk("redirect").integer(redirect);
    reply.bulk("prefixes").array(prefixes.len());
    for prefix in prefixes {
        reply.bulk(prefix);
    }
    Ok(())
}

fn flags(tracking: Option<&Tracking>) -> Vec<&'static str> {
    let Some(tracking) = tracking else { return vec!["off"] };
    let mode: &[_] = match (tracking.mode, tracking.caching_override) {
        (TrackingMode::Read, _) => &["on"],
        (TrackingMode::Broadcast, _) => &["on", "bcast"],
        (TrackingMode::OptIn, false) => &["on", "optin"],
        (TrackingMode::OptIn, true) => &["on", "optin", "caching-yes"],
        (TrackingMode::OptOut, false) => &["on", "optout"],
        (TrackingMode::OptOut, true) => &["on", "optout", "caching-no"],
    };
    let mut flags = mode.to_vec();
    flags.extend(tracking.noloop.then_some("noloop"));
    flags.extend(tracking.is_broken.then_some("broken_redirect"));
    flags
}
