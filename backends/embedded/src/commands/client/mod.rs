//! CLIENT and its subcommands.
//!
//! This file has ID, GETNAME, SETNAME, SETINFO, INFO, LIST, REPLY, CAPA, IMPORT-SOURCE, NO-EVICT,
//! NO-TOUCH and HELP. `describe` writes the line of one client, and `filters` selects clients.
//! `kill` has KILL, `pause` has PAUSE, UNPAUSE and UNBLOCK, and `tracking` has TRACKING, CACHING,
//! GETREDIR and TRACKINGINFO.

mod describe;
mod filters;
mod kill;
mod pause;
mod tracking;

use kill::kill;
use pause::{pause, unblock, unpause};
use tracking::{caching, getredir, tracking, trackinginfo};

use bytes::Bytes;

use super::errors::SYNTAX;
use super::{Context, Family, Outcome};
use crate::state::client::Client;
use crate::state::ids::ClientKey;
use crate::state::session::ReplyMode;
use crate::wire::{Args, ErrorReply, parse_integer};
use filters::Filters;

pub(crate) const FAMILY: Family = &[
    ("client|id", id),
    ("client|getname", getname),
    ("client|setname", setname),
    ("client|setinfo", setinfo),
    ("client|info", info),
    ("client|list", list),
    ("client|kill", kill),
    ("client|reply", reply),
    ("client|no-evict", no_evict),
    ("client|no-touch", no_touch),
    ("client|help", help),
    ("client|tracking", tracking),
    ("client|caching", caching),
    ("client|getredir", getredir),
    ("client|trackinginfo", trackinginfo),
    ("client|pause", pause),
    ("client|unpause", unpause),
    ("client|unblock", unblock),
    ("client|capa", capa),
    ("client|import-source", import_source),
];

/// The client types of `CLIENT LIST TYPE` and `CLIENT KILL TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClientType {
    Normal,
    PubSub,
    /// Masters and replicas. The embedded server has no such clients.
    Replication,
}

impl ClientType {
    fn parse(name: &[u8]) -> Result<Self, ErrorReply> {
        match name.to_ascii_lowercase().as_slice() {
            b"normal" => Ok(Self::Normal),
            b"pubsub" => Ok(Self::PubSub),
            b"slave" | b"replica" | b"master" => Ok(Self::Replication),
            _ => Err(ErrorReply::quoting("ERR Unknown client type '", name, "'")),
        }
    }

    fn of(client: &Client) -> Self {
        if client.session.is_subscriber() { Self::PubSub } else { Self::Normal }
    }
}

fn id(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let id = ctx.client().id;
    ctx.reply().count(usize::try_from(id).unwrap_or(usize::MAX));
    Ok(())
}

/// A client with an empty name has no name.
fn getname(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let name = ctx.client().session.name.clone();
    ctx.reply().bulk_or_null(Some(name).filter(|name| !name.is_empty()));
    Ok(())
}

fn setname(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.client_mut().session.name = client_name(&args[2])?;
    ctx.reply().ok();
    Ok(())
}

fn setinfo(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (option, value) = (&args[2], &args[3]);
    let session = &mut ctx.client_mut().session;
    let attribute = match option.to_ascii_lowercase().as_slice() {
        b"lib-name" => &mut session.library_name,
        b"lib-ver" => &mut session.library_version,
        _ => return Err(ErrorReply::quoting("ERR Unrecognized option '", option, "'")),
    };
    if !value.iter().all(u8::is_ascii_graphic) {
        let reason = " cannot contain spaces, newlines or special characters.";
        return Err(ErrorReply::quoting("ERR ", option, reason));
    }
    *attribute = Bytes::copy_from_slice(value);
    ctx.reply().ok();
    Ok(())
}

fn info(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let line = describe::line(ctx.state, ctx.me, ctx.now);
    ctx.reply().verbatim(line);
    Ok(())
}

/// The line of `CLIENT LIST` for a client, without its line break.
pub(crate) fn describe(ctx: &Context<'_>, key: ClientKey) -> Vec<u8> {
    let mut line = describe::line(ctx.state, key, ctx.now);
    line.pop();
    line
}

fn list(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    // A single word is an error, even on servers that accept `ID` without a number.
    if args.len() == 3 {
        return Err(SYNTAX.into());
    }
    let listed = match ctx.state.profile.client_list_has_filters {
        true => Filters::parse(args.from(2), false, ctx.state)?.matching(ctx),
        false => listed(ctx, args)?,
    };
    let mut lines = Vec::new();
    for key in listed {
        lines.extend(describe::line(ctx.state, key, ctx.now));
    }
    ctx.reply().verbatim(lines);
    Ok(())
}

/// All clients, the clients of one type, or the clients with the given ids in the given order.
fn listed(ctx: &Context<'_>, args: Args<'_>) -> Result<Vec<ClientKey>, ErrorReply> {
    let option = args.get(2).unwrap_or_default().to_ascii_lowercase();
    let of_type = |wanted: Option<ClientType>| {
        let present = ctx.state.clients.present().into_iter();
        let of_type = present
            .filter(|(_, client)| wanted.is_none_or(|wanted| ClientType::of(client) == wanted));
        of_type.map(|(key, _)| key).collect()
    };
    match (option.as_slice(), args.len()) {
        (_, 2) => Ok(of_type(None)),
        (b"type", 4) => Ok(of_type(Some(ClientType::parse(&args[3])?))),
        (b"id", 4..) => {
            let ids: Option<Vec<_>> = args.from(3).iter().map(parse_integer).collect();
            let ids = ids.ok_or("ERR Invalid client ID")?;
            let ids = ids.into_iter().filter_map(|id| u64::try_from(id).ok());
            Ok(ids.filter_map(|id| ctx.state.clients.by_id(id)).collect())
        }
        _ => Err(SYNTAX.into()),
    }
}

/// ON gets a reply; OFF and SKIP get none.
fn reply(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let session = &mut ctx.client_mut().session;
    match args[2].to_ascii_lowercase().as_slice() {
        b"on" => {
            session.reply_mode = ReplyMode::On;
            ctx.reply().ok();
        }
        b"off" => session.reply_mode = ReplyMode::Off,
        b"skip" => {
            session.reply_mode = match session.reply_mode {
                ReplyMode::Off => ReplyMode::Off,
                ReplyMode::Skip => ReplyMode::SkipAgain,
                _ => ReplyMode::SkipNext,
            };
        }
        _ => return Err(SYNTAX.into()),
    }
    Ok(())
}

/// Unknown capabilities are ignored.
fn capa(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let redirects = args.from(2).iter().any(|word| word.eq_ignore_ascii_case(b"redirect"));
    ctx.client_mut().session.understands_redirects |= redirects;
    ctx.reply().ok();
    Ok(())
}

/// The server is never in import mode.
fn import_source(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if !args[2].eq_ignore_ascii_case(b"off") {
        return Err("ERR Server is not in import mode".into());
    }
    ctx.reply().ok();
    Ok(())
}

fn no_evict(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.client_mut().session.no_evict = on_or_off(&args[2])?;
    ctx.reply().ok();
    Ok(())
}

fn no_touch(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.client_mut().session.no_touch = on_or_off(&args[2])?;
    ctx.reply().ok();
    Ok(())
}

fn on_or_off(word: &[u8]) -> Result<bool, ErrorReply> {
    match word.to_ascii_lowercase().as_slice() {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ => Err(SYNTAX.into()),
    }
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.client);
    Ok(())
}

/// Checks the name of a client: printable ASCII without spaces.
pub(super) fn client_name(name: &[u8]) -> Result<Bytes, ErrorReply> {
    if name.iter().all(u8::is_ascii_graphic) {
        Ok(Bytes::copy_from_slice(name))
    } else {
        Err("ERR Client names cannot contain spaces, newlines or special characters.".into())
    }
}
