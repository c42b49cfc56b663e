//! EVAL, EVALSHA, FCALL, SCRIPT, FUNCTION.
//!
//! Reading order: this file (from the words of a request to a running script), [`header`] (the first
//! line of a script), [`host`] (the commands of a script), [`manage`] (`SCRIPT`), [`functions`] and
//! [`dump`] (`FUNCTION`).

mod dump;
mod functions;
mod header;
mod host;
mod manage;

use std::rc::Rc;

use bytes::Bytes;

use crate::catalogue::Command;
use crate::commands::errors::NO_INTEGER;
use crate::commands::{Context, Family, Outcome};
use crate::dispatch::admit::OUT_OF_MEMORY;
use crate::scripts::{Failure, Interpreter, Kind, Returned, ScriptFlags, sha1_hex};
use crate::state::scripts::{Running, Script};
use crate::wire::{Args, ErrorReply, Protocol, Request, parse_integer};
use host::ScriptHost;

pub(super) const FAMILY: Family = &[
    ("eval", eval),
    ("eval_ro", eval),
    ("evalsha", evalsha),
    ("evalsha_ro", evalsha),
    ("fcall", fcall),
    ("fcall_ro", fcall),
    ("script|debug", manage::debug),
    ("script|exists", manage::exists),
    ("script|flush", manage::flush),
    ("script|help", manage::help),
    ("script|kill", manage::kill),
    ("script|load", manage::load),
    ("script|show", manage::show),
    ("function|delete", functions::delete),
    ("function|dump", functions::dump),
    ("function|flush", functions::flush),
    ("function|help", functions::help),
    ("function|kill", functions::kill),
    ("function|list", functions::list),
    ("function|load", functions::load),
    ("function|restore", functions::restore),
    ("function|stats", functions::stats),
];

/// The keys and the other arguments of a script.
struct Arguments<'a> {
    keys: Args<'a>,
    rest: Args<'a>,
}

impl<'a> Arguments<'a> {
    /// Reads the number of keys, the keys, and the rest.
    fn of(args: Args<'a>, no_integer: &'static str) -> Result<Self, ErrorReply> {
        let count = parse_integer(&args[2]).ok_or(no_integer)?;
        let count = usize::try_from(count).map_err(|_| "ERR Number of keys can't be negative")?;
        let words = args.from(3);
        if count > words.len() {
            return Err("ERR Number of keys can't be greater than number of args".into());
        }
        Ok(Self { keys: words.up_to(count), rest: words.from(count) })
    }
}

/// Whether a request may write. A script with flags says so itself, also to a command that only
/// reads, which then refuses it.
pub(super) fn may_write(ctx: &Context<'_>, command: &Command, args: Args<'_>) -> bool {
    let word = args.get(1).unwrap_or_default();
    let may_write = |flags: &ScriptFlags| !flags.contains("no-writes");
    let told = match command.name {
        "eval" | "eval_ro" => {
            let header = header::of_script(ctx.state.profile, word).ok();
            header.and_then(|(flags, _)| flags.as_ref().map(may_write))
        }
        "evalsha" | "evalsha_ro" => {
            known(ctx, word).and_then(|script| script.flags.as_ref().map(may_write))
        }
        "fcall" | "fcall_ro" => {
            let function = ctx.state.scripts.libraries.function(word);
            function.map(|(_, function)| may_write(&function.flags))
        }
        _ => None,
    };
    told.unwrap_or_else(|| command.may_write())
}

fn eval(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let arguments = Arguments::of(args, NO_INTEGER)?;
    let script = compile(ctx, &args[1])?;
    run_script(ctx, args, &arguments, &script)
}

fn evalsha(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let no_script = ctx.state.profile.scripts.texts.no_script;
    // A word of another length is no hash: the server looks at nothing else.
    if args[1].len() != HASH_LENGTH {
        return Err(no_script.into());
    }
    let arguments = Arguments::of(args, NO_INTEGER)?;
    let script = known(ctx, &args[1]).ok_or(no_script)?;
    run_script(ctx, args, &arguments, &script)
}

/// How many hexadecimal digits name a script.
const HASH_LENGTH: usize = 40;

/// The script with this hash, in any letter case.
fn known(ctx: &Context<'_>, hash: &[u8]) -> Option<Rc<Script>> {
    let hash = std::str::from_utf8(hash).ok()?.to_ascii_lowercase();
    ctx.state.scripts.known.with_hash(&hash).cloned()
}

/// Compiles a script that the server does not know yet.
fn compile(ctx: &mut Context<'_>, code: &[u8]) -> Result<Rc<Script>, ErrorReply> {
    if let Some(script) = ctx.state.scripts.known.with_code(code) {
        return Ok(Rc::clone(script));
    }
    let (flags, body) = header::of_script(ctx.state.profile, code)?;
    let callable = interpreter(ctx)?.compile(body, Kind::Script).map_err(|message| {
        ErrorReply::text("ERR Error compiling script (new function): ").append(&message)
    })?;
    let (name, code) = (sha1_hex(code).into(), Bytes::copy_from_slice(code));
    let script = Rc::new(Script { name, code, callable, flags });
    ctx.state.scripts.known.add(&script);
    Ok(script)
}

fn interpreter(ctx: &mut Context<'_>) -> Result<Rc<Interpreter>, ErrorReply> {
    let profile = ctx.state.profile;
    let interpreter = ctx.state.scripts.interpreter(profile);
    interpreter.map_err(|failure| ErrorReply::text("").append(&failure.text))
}

/// A command whose name ends like this runs no script that writes.
fn is_read_only(args: Args<'_>) -> bool {
    let name = &args[0];
    name.len() > 3 && name[name.len() - 3..].eq_ignore_ascii_case(b"_ro")
}

fn run_script(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    arguments: &Arguments<'_>,
    script: &Script,
) -> Outcome {
    let run = Run {
        name: Rc::clone(&script.name),
        is_function: false,
        flags: script.flags.as_ref(),
        is_read_only: is_read_only(args),
    };
    let (keys, rest) = (arguments.keys.iter(), arguments.rest.iter());
    run.run(ctx, args, |interpreter, host| {
        interpreter.run_script(&script.callable, keys, rest, host)
    })
}

fn fcall(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let function = ctx.state.scripts.libraries.function(&args[1]);
    let function =
        function.map(|(_, function)| function.clone()).ok_or("ERR Function not found")?;
    let arguments = Arguments::of(args, "ERR Bad number of keys provided")?;
    let run = Run {
        name: String::from_utf8_lossy(&function.name).into(),
        is_function: true,
        flags: Some(&function.flags),
        is_read_only: is_read_only(args),
    };
    let (keys, rest) = (arguments.keys.iter(), arguments.rest.iter());
    run.run(ctx, args, |interpreter, host| {
        interpreter.run_function(&function.callback, keys, rest, host)
    })
}

/// How a script or a function runs.
struct Run<'a> {
    name: Rc<str>,
    is_function: bool,
    /// Its flags; `None` if it is a script without a header, which the servers check less.
    flags: Option<&'a ScriptFlags>,
    /// The request asks for a script that does not write.
    is_read_only: bool,
}

impl Run<'_> {
    fn has(&self, flag: &str) -> bool {
        self.flags.is_some_and(|flags| flags.contains(flag))
    }

    /// Runs the script on behalf of the client, and writes its reply.
    fn run(
        &self,
        ctx: &mut Context<'_>,
        args: Args<'_>,
        script: impl FnOnce(&Interpreter, &mut ScriptHost<'_, '_>) -> Result<Returned, Failure>,
    ) -> Outcome {
        self.check(ctx)?;
        let interpreter = interpreter(ctx)?;
        // Only old versions track by the request, and only other clients see it, if it takes long.
        let tracks = ctx.client().session.tracking.is_some();
        ctx.state.scripts.running = Some(Running {
            name: Rc::clone(&self.name),
            is_function: self.is_function,
            request: if tracks { args.to_request() } else { Request::default() },
            began: ctx.now,
            has_written: false,
            is_killed: false,
            is_busy: false,
        });
        let before = (ctx.me, ctx.in_transaction);
        ctx.me = self.log_in(ctx);
        ctx.in_transaction = true;
        let result = script(&interpreter, &mut ScriptHost::new(ctx, self, args));
        (ctx.me, ctx.in_transaction) = before;
        ctx.state.scripts.running = None;
        match result {
            Ok(returned) => {
                if returned.is_error() {
                    count_failure(ctx, args);
                }
                let overflow = ctx.state.profile.error_stats_overflow;
                let written = returned.write(&mut ctx.reply());
                for error in &written.uncounted {
                    ctx.state.stats.count_error(error, overflow);
                }
                if let Some(items) = written.items {
                    ctx.length_was_deferred(items);
                }
                Ok(())
            }
            Err(failure) => self.fail(ctx, args, &failure),
        }
    }

    /// Checks the flags of the script before it runs.
    fn check(&self, ctx: &mut Context<'_>) -> Outcome {
        if self.flags.is_none() {
            return Ok(());
        }
        if self.is_read_only && !self.has("no-writes") {
            return Err("ERR Can not execute a script with write flag using *_ro command.".into());
        }
        let may_write = !self.is_read_only && !self.has("no-writes");
        if may_write && !self.has("allow-oom") && ctx.state.is_out_of_memory() {
            return Err(OUT_OF_MEMORY.into());
        }
        if self.has("no-cluster") && ctx.state.cluster.is_some() {
            return Err("ERR Can not run script on cluster, 'no-cluster' flag is set.".into());
        }
        Ok(())
    }

    /// Lets the client of scripts act for the caller.
    fn log_in(&self, ctx: &mut Context<'_>) -> crate::state::ids::ClientKey {
        let key = ctx.state.clients.of_scripts(ctx.now);
        let caller = &ctx.state.clients[ctx.caller].session;
        let (user, database, no_touch) = (caller.user, caller.database, caller.no_touch);
        let session = &mut ctx.state.clients[key].session;
        (session.user, session.database, session.no_touch) = (user, database, no_touch);
        session.protocol = Protocol::Resp2;
        key
    }

    fn fail(&self, ctx: &mut Context<'_>, args: Args<'_>, failure: &Failure) -> Outcome {
        let place = failure.place.as_ref().map(|(source, line)| (source.as_str(), *line));
        let behaviour = &ctx.state.profile.scripts;
        let error = (behaviour.failed)(&failure.text, &self.name, place)
            .keeping_breaks(behaviour.errors_keep_breaks);
        if !failure.is_counted {
            return Err(error);
        }
        count_failure(ctx, args);
        ctx.reply().error(&error);
        Ok(())
    }
}

/// Counts a call that ends with an error.
fn count_failure(ctx: &mut Context<'_>, args: Args<'_>) {
    if let Some(command) = ctx.state.catalogue.find(&args[0]) {
        ctx.state.stats.calls[command.place].failed += 1;
    }
}
