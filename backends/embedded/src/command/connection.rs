//! PING, ECHO, HELLO, AUTH, SELECT, RESET, QUIT.

use bytes::Bytes;

use super::acl::permission;
use super::{Turn, transaction};
use crate::access::{Logged, UserKey};
use crate::client::Ending;
use crate::session::{Mode, ReplyMode, Session};
use crate::wire::{Args, ErrorReply, Protocol, parse_integer};

type Outcome = Result<(), ErrorReply>;

/// A RESP2 subscriber gets two elements, since to it everything else would look like a message.
pub(super) fn ping(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 2 {
        return Err("ERR wrong number of arguments for 'ping' command".into());
    }
    let said = args.get(1);
    if turn.client().session.mode() == Mode::Subscribed {
        turn.reply().array(2).bulk("pong").bulk(said.unwrap_or_default());
    } else if let Some(said) = said {
        turn.reply().bulk(said);
    } else {
        turn.reply().simple("PONG");
    }
    Ok(())
}

pub(super) fn echo(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.reply().bulk(&args[1]);
    Ok(())
}

/// Nothing takes effect before the whole command is known to be right.
pub(super) fn hello(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let protocol = match args.get(1) {
        None => turn.client().session.protocol,
        Some(version) => parse_integer(version)
            .ok_or("ERR Protocol version is not an integer or out of range")
            .and_then(|version| {
                Protocol::from_version(version).ok_or("NOPROTO unsupported protocol version")
            })?,
    };
    let answered = match turn.world.profile.hello_obeys_one_by_one {
        true => obey_one_by_one(turn, args)?,
        false => obey_all(turn, args)?,
    };
    if answered {
        turn.client_mut().session.protocol = protocol;
        introduce(turn);
    }
    Ok(())
}

/// One of the options of HELLO.
enum HelloOption<'a> {
    Auth { user: &'a [u8], password: &'a [u8] },
    SetName(Bytes),
}

impl<'a> HelloOption<'a> {
    /// Reads the first of `words`, and says what follows it.
    fn read(words: Args<'a>) -> Result<Option<(Self, Args<'a>)>, ErrorReply> {
        let Some(option) = words.get(0) else { return Ok(None) };
        match (words.get(1), words.get(2)) {
            (Some(user), Some(password)) if option.eq_ignore_ascii_case(b"auth") => {
                Ok(Some((Self::Auth { user, password }, words.from(3))))
            }
            (Some(name), _) if option.eq_ignore_ascii_case(b"setname") => {
                Ok(Some((Self::SetName(client_name(name)?), words.from(2))))
            }
            _ => Err(ErrorReply::quoting("ERR Syntax error in HELLO option '", option, "'")),
        }
    }
}

/// Reads all options before it does what they say; false if that was answered with nothing.
fn obey_all(turn: &mut Turn<'_>, args: Args<'_>) -> Result<bool, ErrorReply> {
    let (mut login, mut name) = (None, None);
    let mut rest = args.from(2);
    while let Some((option, behind)) = HelloOption::read(rest)? {
        match option {
            HelloOption::Auth { user, password } => login = Some((user, password)),
            HelloOption::SetName(wanted) => name = Some(wanted),
        }
        rest = behind;
    }
    if let Some((user, password)) = login
        && !log_in(turn, user, password, &args[0])?
    {
        return Ok(false);
    }
    check_authenticated(turn)?;
    if let Some(name) = name {
        turn.client_mut().session.name = name;
    }
    Ok(true)
}

/// Does what each option says before it reads the next.
fn obey_one_by_one(turn: &mut Turn<'_>, args: Args<'_>) -> Result<bool, ErrorReply> {
    let mut rest = args.from(2);
    while let Some((option, behind)) = HelloOption::read(rest)? {
        match option {
            HelloOption::Auth { user, password } => {
                if !log_in(turn, user, password, &args[0])? {
                    return Ok(false);
                }
            }
            HelloOption::SetName(name) => turn.client_mut().session.name = name,
        }
        rest = behind;
    }
    check_authenticated(turn)?;
    Ok(true)
}

fn check_authenticated(turn: &Turn<'_>) -> Outcome {
    match turn.client().session.authenticated {
        true => Ok(()),
        false => Err(turn.world.profile.words.hello_needs_auth.into()),
    }
}

/// The answer to HELLO: who this server is.
fn introduce(turn: &mut Turn<'_>) {
    let profile = turn.world.profile;
    let protocol = turn.client().session.protocol;
    let id = turn.client().id;
    let mode = turn.world.mode();
    let mut reply = turn.reply();
    reply.map(7);
    reply.bulk("server").bulk(profile.product);
    reply.bulk("version").bulk(profile.version);
    reply.bulk("proto").integer(protocol.version());
    reply.bulk("id").integer(i64::try_from(id).unwrap_or(i64::MAX));
    reply.bulk("mode").bulk(mode);
    reply.bulk("role").bulk("master");
    reply.bulk("modules").array(profile.modules.len());
    for module in profile.modules {
        reply.map(4);
        reply.bulk("name").bulk(module.name);
        reply.bulk("ver").integer(module.version);
        reply.bulk("path").bulk(module.path);
        reply.bulk("args").array(0);
    }
}

pub(super) fn auth(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let (user, password): (&[u8], &[u8]) = match args.len() {
        2 if turn.world.access.user(UserKey::DEFAULT).needs_no_password => {
            return Err("ERR AUTH <password> called without any password configured for the \
                        default user. Are you sure your configuration is correct?"
                .into());
        }
        2 => (b"default", &args[1]),
        3 => (&args[1], &args[2]),
        _ => return Err("ERR syntax error".into()),
    };
    if log_in(turn, user, password, &args[0])? {
        turn.reply().ok();
    }
    Ok(())
}

/// A wrong password is an error. Where an earlier answer of the same pipeline has not left yet, some
/// servers answer with nothing at all.
fn log_in(
    turn: &mut Turn<'_>,
    name: &[u8],
    password: &[u8],
    command: &[u8],
) -> Result<bool, ErrorReply> {
    let Some(user) = turn.world.access.log_in(name, password) else {
        permission::note(turn, Logged::Login, command, name.to_vec());
        let swallowed =
            turn.world.profile.access.swallows_wrong_password && !turn.client().outbox.is_empty();
        return if swallowed {
            Ok(false)
        } else {
            Err(turn.world.profile.words.wrong_password.into())
        };
    };
    let session = &mut turn.client_mut().session;
    session.user = user;
    session.authenticated = true;
    Ok(true)
}

pub(super) fn select(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let index = parse_integer(&args[1]).ok_or("ERR value is not an integer or out of range")?;
    if turn.world.cluster.is_some() && index != 0 {
        return Err(turn.world.profile.cluster.other_database.into());
    }
    let database = usize::try_from(index)
        .ok()
        .filter(|index| *index < turn.world.config.databases)
        .ok_or("ERR DB index is out of range")?;
    turn.client_mut().session.database = database;
    turn.reply().ok();
    Ok(())
}

/// Back to how the connection began, subscriptions included, without a word about them.
pub(super) fn reset(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    transaction::forget(turn);
    turn.world.unsubscribe_all(turn.me);
    turn.world.stop_monitoring(turn.me);
    turn.world.stop_tracking(turn.me);
    let authenticated = !turn.world.access.asks_for_password();
    let keeps_no_evict = !turn.world.profile.resets_no_evict;
    let session = &mut turn.client_mut().session;
    let library_name = std::mem::take(&mut session.library_name);
    let library_version = std::mem::take(&mut session.library_version);
    // A CLIENT REPLY SKIP right before it holds for it, too.
    let reply_mode =
        if session.reply_mode == ReplyMode::Skip { ReplyMode::Skip } else { ReplyMode::On };
    let has_queued = session.has_queued;
    let understands_redirects = session.understands_redirects;
    let no_evict = keeps_no_evict && session.no_evict;
    *session = Session {
        library_name,
        library_version,
        reply_mode,
        has_queued,
        understands_redirects,
        no_evict,
        ..Session::new(authenticated)
    };
    turn.reply().simple("RESET");
    Ok(())
}

/// What was sent behind it is not read.
pub(super) fn quit(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.reply().ok();
    turn.world.clients.end(turn.me, Ending::AfterOutput);
    Ok(())
}

/// A browser or a web hook that was pointed at this port is left without a word.
pub(super) fn http(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    hang_up(turn);
    Ok(())
}

pub(super) fn hang_up(turn: &mut Turn<'_>) {
    turn.world.unsubscribe_all(turn.me);
    turn.world.clients.end(turn.me, Ending::Now);
}

/// A client's name, if it may be one: printable ASCII without spaces.
pub(super) fn client_name(name: &[u8]) -> Result<Bytes, ErrorReply> {
    if name.iter().all(u8::is_ascii_graphic) {
        Ok(Bytes::copy_from_slice(name))
    } else {
        Err("ERR Client names cannot contain spaces, newlines or special characters.".into())
    }
}
