//! CLIENT ID, GETNAME, SETNAME, SETINFO, INFO, LIST, REPLY, CAPA, IMPORT-SOURCE, NO-EVICT, NO-TOUCH,
//! HELP; KILL is in `kill`, TRACKING and what belongs to it in `tracking`, PAUSE, UNPAUSE and UNBLOCK
//! in `pause`.

mod describe;
mod filters;
mod kill;
mod pause;
mod tracking;

pub(super) use kill::kill;
pub(super) use pause::{pause, unblock, unpause};
pub(super) use tracking::{caching, getredir, tracking, trackinginfo};

use bytes::Bytes;

use super::Turn;
use super::connection::client_name;
use crate::client::{Client, ClientKey};
use crate::session::ReplyMode;
use crate::wire::{Args, ErrorReply, parse_integer};
use filters::Filters;

type Outcome = Result<(), ErrorReply>;

const SYNTAX: &str = "ERR syntax error";

/// What a client is, to `CLIENT LIST TYPE` and `CLIENT KILL TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Normal,
    PubSub,
    /// Masters and replicas: there are none here.
    Replication,
}

impl Class {
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

pub(super) fn id(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let id = turn.client().id;
    turn.reply().count(usize::try_from(id).unwrap_or(usize::MAX));
    Ok(())
}

/// No name and an empty one are the same.
pub(super) fn getname(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let name = turn.client().session.name.clone();
    turn.reply().bulk_or_null(Some(name).filter(|name| !name.is_empty()));
    Ok(())
}

pub(super) fn setname(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.client_mut().session.name = client_name(&args[2])?;
    turn.reply().ok();
    Ok(())
}

pub(super) fn setinfo(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let (option, value) = (&args[2], &args[3]);
    let session = &mut turn.client_mut().session;
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
    turn.reply().ok();
    Ok(())
}

pub(super) fn info(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let line = describe::line(turn.world, turn.me, turn.now);
    turn.reply().verbatim(line);
    Ok(())
}

/// The line of `CLIENT LIST` about this client, without its line break.
pub(super) fn describe(turn: &Turn<'_>, key: ClientKey) -> Vec<u8> {
    let mut line = describe::line(turn.world, key, turn.now);
    line.pop();
    line
}

pub(super) fn list(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    // One word alone is no filter, not even where `ID` may stand without a number.
    if args.len() == 3 {
        return Err(SYNTAX.into());
    }
    let listed = match turn.world.profile.lists_by_filters {
        true => Filters::parse(args.from(2), false, turn.world)?.matching(turn),
        false => listed(turn, args)?,
    };
    let mut lines = Vec::new();
    for key in listed {
        lines.extend(describe::line(turn.world, key, turn.now));
    }
    turn.reply().verbatim(lines);
    Ok(())
}

/// Everybody, or those of one kind, or those of some numbers, in the order of these.
fn listed(turn: &Turn<'_>, args: Args<'_>) -> Result<Vec<ClientKey>, ErrorReply> {
    let option = args.get(2).unwrap_or_default().to_ascii_lowercase();
    let of_kind = |wanted: Option<Class>| {
        let present = turn.world.clients.present().into_iter();
        let of_kind =
            present.filter(|(_, client)| wanted.is_none_or(|kind| Class::of(client) == kind));
        of_kind.map(|(key, _)| key).collect()
    };
    match (option.as_slice(), args.len()) {
        (_, 2) => Ok(of_kind(None)),
        (b"type", 4) => Ok(of_kind(Some(Class::parse(&args[3])?))),
        (b"id", 4..) => {
            let ids: Option<Vec<_>> = args.from(3).iter().map(parse_integer).collect();
            let ids = ids.ok_or("ERR Invalid client ID")?;
            let ids = ids.into_iter().filter_map(|id| u64::try_from(id).ok());
            Ok(ids.filter_map(|id| turn.world.clients.by_id(id)).collect())
        }
        _ => Err(SYNTAX.into()),
    }
}

/// Being asked for silence is not answered; being asked for answers is.
pub(super) fn reply(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let session = &mut turn.client_mut().session;
    match args[2].to_ascii_lowercase().as_slice() {
        b"on" => {
            session.reply_mode = ReplyMode::On;
            turn.reply().ok();
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

/// Words that this server does not know are for another one.
pub(super) fn capa(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let redirects = args.from(2).iter().any(|word| word.eq_ignore_ascii_case(b"redirect"));
    turn.client_mut().session.understands_redirects |= redirects;
    turn.reply().ok();
    Ok(())
}

/// This server imports nothing.
pub(super) fn import_source(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    if !args[2].eq_ignore_ascii_case(b"off") {
        return Err("ERR Server is not in import mode".into());
    }
    turn.reply().ok();
    Ok(())
}

pub(super) fn no_evict(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.client_mut().session.no_evict = on_or_off(&args[2])?;
    turn.reply().ok();
    Ok(())
}

pub(super) fn no_touch(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.client_mut().session.no_touch = on_or_off(&args[2])?;
    turn.reply().ok();
    Ok(())
}

fn on_or_off(word: &[u8]) -> Result<bool, ErrorReply> {
    match word.to_ascii_lowercase().as_slice() {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ => Err(SYNTAX.into()),
    }
}

pub(super) fn help(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.reply_help(turn.world.profile.help.client);
    Ok(())
}
