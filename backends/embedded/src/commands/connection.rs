//! PING, ECHO, HELLO, AUTH, SELECT, RESET, QUIT, SHUTDOWN.

use bytes::Bytes;

use super::errors::SYNTAX;
use super::module::describe_modules;
use super::{Context, Family, Outcome, acl, client};
use crate::state::access::LogReason;
use crate::state::client::CloseMode;
use crate::state::ids::UserKey;
use crate::state::session::{Mode, ReplyMode, Session};
use crate::wire::{Args, ErrorReply, Protocol, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("ping", ping),
    ("echo", echo),
    ("hello", hello),
    ("auth", auth),
    ("select", select),
    ("reset", reset),
    ("quit", quit),
    ("shutdown", shutdown),
    ("post", http),
    ("host:", http),
];

/// A RESP2 subscriber gets an array of two elements, like a message, instead of a simple string.
fn ping(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 2 {
        return Err("ERR wrong number of arguments for 'ping' command".into());
    }
    let message = args.get(1);
    if ctx.client().session.mode() == Mode::Subscribed {
        ctx.reply().array(2).bulk("pong").bulk(message.unwrap_or_default());
    } else if let Some(message) = message {
        ctx.reply().bulk(message);
    } else {
        ctx.reply().simple("PONG");
    }
    Ok(())
}

fn echo(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.reply().bulk(&args[1]);
    Ok(())
}

/// The protocol changes only after all options have succeeded.
fn hello(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let protocol = match args.get(1) {
        None => ctx.client().session.protocol,
        Some(version) => parse_integer(version)
            .ok_or("ERR Protocol version is not an integer or out of range")
            .and_then(|version| {
                Protocol::from_version(version).ok_or("NOPROTO unsupported protocol version")
            })?,
    };
    let has_reply = match ctx.state.profile.hello_applies_options_in_order {
        true => apply_in_order(ctx, args)?,
        false => apply_at_once(ctx, args)?,
    };
    if has_reply {
        ctx.client_mut().session.protocol = protocol;
        reply_server_info(ctx);
    }
    Ok(())
}

/// An option of HELLO.
enum HelloOption<'a> {
    Auth { user: &'a [u8], password: &'a [u8] },
    SetName(Bytes),
}

impl<'a> HelloOption<'a> {
    /// Reads the option at the start of `words`. Also returns the words after it.
    fn read(words: Args<'a>) -> Result<Option<(Self, Args<'a>)>, ErrorReply> {
        let Some(option) = words.get(0) else { return Ok(None) };
        match (words.get(1), words.get(2)) {
            (Some(user), Some(password)) if option.eq_ignore_ascii_case(b"auth") => {
                Ok(Some((Self::Auth { user, password }, words.from(3))))
            }
            (Some(name), _) if option.eq_ignore_ascii_case(b"setname") => {
                Ok(Some((Self::SetName(client::client_name(name)?), words.from(2))))
            }
            _ => Err(ErrorReply::quoting("ERR Syntax error in HELLO option '", option, "'")),
        }
    }
}

/// Reads all options before it applies them. Returns false if no reply is due, as [`log_in`] does.
fn apply_at_once(ctx: &mut Context<'_>, args: Args<'_>) -> Result<bool, ErrorReply> {
    let (mut login, mut name) = (None, None);
    let mut rest = args.from(2);
    while let Some((option, after)) = HelloOption::read(rest)? {
        match option {
            HelloOption::Auth { user, password } => login = Some((user, password)),
            HelloOption::SetName(wanted) => name = Some(wanted),
        }
        rest = after;
    }
    if let Some((user, password)) = login
        && !log_in(ctx, user, password, &args[0])?
    {
        return Ok(false);
    }
    check_authenticated(ctx)?;
    if let Some(name) = name {
        ctx.client_mut().session.name = name;
    }
    Ok(true)
}

/// Applies each option before it reads the next. Returns false if no reply is due.
fn apply_in_order(ctx: &mut Context<'_>, args: Args<'_>) -> Result<bool, ErrorReply> {
    let mut rest = args.from(2);
    while let Some((option, after)) = HelloOption::read(rest)? {
        match option {
            HelloOption::Auth { user, password } => {
                if !log_in(ctx, user, password, &args[0])? {
                    return Ok(false);
                }
            }
            HelloOption::SetName(name) => ctx.client_mut().session.name = name,
        }
        rest = after;
    }
    check_authenticated(ctx)?;
    Ok(true)
}

fn check_authenticated(ctx: &Context<'_>) -> Outcome {
    match ctx.client().session.authenticated {
        true => Ok(()),
        false => Err(ctx.state.profile.errors.hello_needs_auth.into()),
    }
}

/// Writes the reply to HELLO: the server's product, version, role and modules.
fn reply_server_info(ctx: &mut Context<'_>) {
    let profile = ctx.state.profile;
    let protocol = ctx.client().session.protocol;
    let id = ctx.client().id;
    let mode = ctx.state.mode();
    let mut reply = ctx.reply();
    reply.map(7);
    reply.bulk("server").bulk(profile.product);
    reply.bulk("version").bulk(profile.version);
    reply.bulk("proto").integer(protocol.version());
    reply.bulk("id").integer(i64::try_from(id).unwrap_or(i64::MAX));
    reply.bulk("mode").bulk(mode);
    reply.bulk("role").bulk("master");
    reply.bulk("modules");
    describe_modules(profile.modules, &mut reply);
}

fn auth(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (user, password): (&[u8], &[u8]) = match args.len() {
        2 if ctx.state.access.user(UserKey::DEFAULT).nopass => {
            return Err("ERR AUTH <password> called without any password configured for the \
                        default user. Are you sure your configuration is correct?"
                .into());
        }
        2 => (b"default", &args[1]),
        3 => (&args[1], &args[2]),
        _ => return Err("ERR syntax error".into()),
    };
    if log_in(ctx, user, password, &args[0])? {
        ctx.reply().ok();
    }
    Ok(())
}

/// Authenticates the client as a user; a wrong password is an error. Some servers send no reply at
/// all if an earlier reply of the same pipeline is still unsent. Then this returns false.
fn log_in(
    ctx: &mut Context<'_>,
    name: &[u8],
    password: &[u8],
    command: &[u8],
) -> Result<bool, ErrorReply> {
    let Some(user) = ctx.state.access.log_in(name, password) else {
        acl::log_denial(ctx, LogReason::Login, command, name.to_vec());
        let is_silent = ctx.state.profile.access.may_skip_wrong_password_reply
            && !ctx.client().output.is_empty();
        return if is_silent {
            Ok(false)
        } else {
            Err(ctx.state.profile.errors.wrong_password.into())
        };
    };
    let session = &mut ctx.client_mut().session;
    session.user = user;
    session.authenticated = true;
    Ok(true)
}

fn select(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let index = parse_integer(&args[1]).ok_or("ERR value is not an integer or out of range")?;
    let index = i32::try_from(index)
        .map_err(|_| "ERR value is out of range, value must between -2147483648 and 2147483647")?;
    if ctx.state.cluster.is_some() && index != 0 {
        return Err(ctx.state.profile.cluster.select_error.into());
    }
    let database = usize::try_from(index)
        .ok()
        .filter(|index| *index < ctx.state.config.databases)
        .ok_or("ERR DB index is out of range")?;
    ctx.client_mut().session.database = database;
    ctx.reply().ok();
    Ok(())
}

/// Returns the connection to its initial state. It ends subscriptions without confirming that.
fn reset(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.client_mut().session.discard_transaction();
    ctx.state.unsubscribe_all(ctx.me);
    ctx.state.stop_monitoring(ctx.me);
    ctx.state.stop_tracking(ctx.me);
    let authenticated = !ctx.state.access.requires_password();
    let keeps_no_evict = !ctx.state.profile.reset_clears_no_evict;
    let session = &mut ctx.client_mut().session;
    let library_name = std::mem::take(&mut session.library_name);
    let library_version = std::mem::take(&mut session.library_version);
    // A CLIENT REPLY SKIP right before RESET applies to its reply, too.
    let reply_mode =
        if session.reply_mode == ReplyMode::Skip { ReplyMode::Skip } else { ReplyMode::On };
    let has_used_transactions = session.has_used_transactions;
    let understands_redirects = session.understands_redirects;
    let no_evict = keeps_no_evict && session.no_evict;
    *session = Session {
        library_name,
        library_version,
        reply_mode,
        has_used_transactions,
        understands_redirects,
        no_evict,
        ..Session::new(authenticated)
    };
    ctx.reply().simple("RESET");
    Ok(())
}

/// The server ignores all input after QUIT.
fn quit(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().ok();
    ctx.state.clients.close(ctx.me, CloseMode::AfterOutput);
    Ok(())
}

/// Closes the connection of an HTTP client, such as a browser, without a reply.
fn http(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    close_silently(ctx);
    Ok(())
}

pub(crate) fn close_silently(ctx: &mut Context<'_>) {
    ctx.state.unsubscribe_all(ctx.me);
    ctx.state.clients.close(ctx.me, CloseMode::Now);
}

/// Ends the server without a reply. There is nothing to save and no replica, so a shutdown takes no
/// time and never fails.
fn shutdown(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let known = ctx.state.profile.shutdown_options;
    let words: Vec<_> = args.from(1).iter().map(<[u8]>::to_ascii_lowercase).collect();
    let has = |option: &str| words.iter().any(|word| word == option.as_bytes());
    let is_known = |word: &Vec<u8>| known.iter().any(|known| known.as_bytes() == word);
    let aborts = has("abort");
    if !words.iter().all(is_known)
        || has("save") && has("nosave")
        || aborts && words.iter().any(|word| word != b"abort")
        || ctx.state.profile.one_shutdown_option && words.len() > 1
    {
        return Err(SYNTAX.into());
    }
    if aborts {
        return Err("ERR No shutdown in progress.".into());
    }
    if has("failover") && ctx.state.cluster.is_none() {
        return Err("ERR SHUTDOWN FAILOVER is only supported in cluster mode.".into());
    }
    ctx.state.is_shut_down = true;
    Ok(())
}
