//! FUNCTION LOAD, DELETE, LIST, STATS, FLUSH, DUMP, RESTORE, KILL, HELP.

use bytes::Bytes;

use super::{Run, dump, header, host::ScriptHost, interpreter, manage};
use crate::commands::keys::is_way_to_flush;
use crate::commands::{Context, Outcome};
use crate::glob;
use crate::scripts::{Kind, NAME_RULE, Registration, is_name};
use crate::state::scripts::Library;
use crate::wire::{Args, ErrorReply, Reply, up_to_nul};

pub(super) fn load(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut replaces = false;
    let options = args.from(2).up_to(args.len() - 3);
    for option in options.iter() {
        if !option.eq_ignore_ascii_case(b"replace") {
            return Err(ErrorReply::quoting("ERR Unknown option given: ", option, "").trimmed());
        }
        replaces = true;
    }
    let code = &args[args.len() - 1];
    let name = header::of_library(ctx.state.profile, code)?.0;
    if !replaces && ctx.state.scripts.libraries.contains(&name) {
        return Err(ErrorReply::quoting("ERR Library '", &name, "' already exists"));
    }
    let name = add(ctx, args, code, true)?;
    ctx.count_changes(1);
    ctx.reply().bulk(name);
    Ok(())
}

/// Adds a library. Returns its name.
fn add(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    code: &[u8],
    replaces: bool,
) -> Result<Box<[u8]>, ErrorReply> {
    let (name, body) = header::of_library(ctx.state.profile, code)?;
    if !replaces && ctx.state.scripts.libraries.contains(&name) {
        return Err(ErrorReply::quoting("ERR Library ", &name, " already exists"));
    }
    let library = compile(ctx, args, code, body)?;
    let libraries = &mut ctx.state.scripts.libraries;
    let is_taken =
        |wanted: &[u8]| libraries.function(wanted).is_some_and(|(library, _)| *library != *name);
    if let Some(function) = library.functions.iter().find(|function| is_taken(&function.name)) {
        return Err(ErrorReply::quoting("ERR Function ", &function.name, " already exists"));
    }
    libraries.add(&name, library);
    Ok(name)
}

/// Compiles the code of a library and runs it, so that it registers its functions.
fn compile(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    code: &[u8],
    body: &[u8],
) -> Result<Library, ErrorReply> {
    let interpreter = interpreter(ctx)?;
    let ends_at_nul = ctx.state.profile.scripts.libraries_end_at_nul;
    let end = if ends_at_nul { up_to_nul(body).len() } else { body.len() };
    let callable = interpreter
        .compile(&body[..end], Kind::Library)
        .map_err(|message| ErrorReply::text("ERR Error compiling function: ").append(&message))?;
    let run = Run { name: "".into(), is_function: true, flags: None, is_read_only: false };
    let loaded = interpreter.load_library(&callable, &mut ScriptHost::of_load(ctx, &run, args));
    let mut functions = loaded.map_err(|failure| {
        ErrorReply::text("ERR Error registering functions: ").append(&failure.text)
    })?;
    if ends_at_nul {
        for text in functions.iter_mut().filter_map(|function| function.description.as_mut()) {
            text.truncate(up_to_nul(text).len());
        }
    }
    check_names(&functions)?;
    if functions.is_empty() {
        return Err("ERR No functions registered".into());
    }
    Ok(Library { code: Bytes::copy_from_slice(code), functions })
}

/// Checks the names of functions, where that was not done when they were registered.
fn check_names(functions: &[Registration]) -> Outcome {
    for (place, function) in functions.iter().enumerate() {
        if !is_name(&function.name) {
            return Err(format!("ERR Function names {NAME_RULE}").into());
        }
        if functions[..place].iter().any(|other| other.name == function.name) {
            return Err("ERR Function already exists in the library".into());
        }
    }
    Ok(())
}

pub(super) fn delete(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if !ctx.state.scripts.libraries.remove(&args[2]) {
        return Err("ERR Library not found".into());
    }
    ctx.count_changes(1);
    ctx.reply().ok();
    Ok(())
}

pub(super) fn flush(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 3 {
        return Err(wrong_number(ctx, args));
    }
    if !is_way_to_flush(args.from(2)) {
        return Err("ERR FUNCTION FLUSH only supports SYNC|ASYNC option".into());
    }
    ctx.state.scripts.libraries.clear();
    ctx.count_changes(1);
    ctx.reply().ok();
    Ok(())
}

fn wrong_number(ctx: &Context<'_>, args: Args<'_>) -> ErrorReply {
    (ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "FUNCTION")
}

pub(super) fn list(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (mut with_code, mut pattern) = (false, None);
    let mut options = args.from(2).iter();
    while let Some(option) = options.next() {
        if !with_code && option.eq_ignore_ascii_case(b"withcode") {
            with_code = true;
        } else if pattern.is_none() && option.eq_ignore_ascii_case(b"libraryname") {
            pattern = Some(options.next().ok_or("ERR library name argument was not given")?);
        } else {
            let keeps_breaks = ctx.state.profile.scripts.list_keeps_breaks;
            let error = ErrorReply::quoting("ERR Unknown argument ", option, "");
            return Err(error.keeping_breaks(keeps_breaks));
        }
    }
    let pattern = pattern.map(<[u8]>::to_ascii_lowercase);
    let libraries = ctx.state.scripts.libraries.iter().filter(|(name, _)| {
        pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, &name.to_ascii_lowercase()))
    });
    let libraries = libraries.map(|(name, library)| (name.to_vec(), library.clone()));
    let libraries: Vec<_> = libraries.collect();
    let mut reply = ctx.deferred_array(libraries.len());
    for (name, library) in &libraries {
        describe(name, library, with_code, &mut reply);
    }
    Ok(())
}

fn describe(name: &[u8], library: &Library, with_code: bool, reply: &mut Reply<'_>) {
    reply.map(if with_code { 4 } else { 3 });
    reply.bulk("library_name").bulk(name).bulk("engine").bulk("LUA");
    reply.bulk("functions").array(library.functions.len());
    for function in &library.functions {
        reply.map(3).bulk("name").bulk(&function.name);
        reply.bulk("description").bulk_or_null(function.description.as_ref());
        let flags = function.flags.names();
        reply.bulk("flags").set(flags.len());
        for flag in flags {
            reply.simple(flag);
        }
    }
    if with_code {
        reply.bulk("library_code").bulk(&library.code);
    }
}

/// The running script, and how many libraries and functions there are.
pub(super) fn stats(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let scripts = &ctx.state.scripts;
    let running = scripts.running.as_ref().map(|running| {
        let lasts = ctx.now.since(running.began).as_millis();
        (running.name.clone(), running.request.clone(), i64::try_from(lasts).unwrap_or(i64::MAX))
    });
    let (libraries, functions) = (scripts.libraries.iter().len(), scripts.libraries.functions());
    let mut reply = ctx.reply();
    reply.map(2).bulk("running_script");
    match running {
        None => _ = reply.null(),
        Some((name, request, lasts)) => {
            reply.map(3).bulk("name").bulk(&*name);
            reply.bulk("command").array(request.args().len());
            for word in request.args().iter() {
                reply.bulk(word);
            }
            reply.bulk("duration_ms").integer(lasts);
        }
    }
    reply.bulk("engines").map(1).bulk("LUA").map(2);
    reply.bulk("libraries_count").count(libraries).bulk("functions_count").count(functions);
    Ok(())
}

pub(super) fn dump(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let libraries = ctx.state.scripts.libraries.iter();
    let payload = dump::write(
        libraries.map(|(_, library)| &*library.code),
        ctx.state.profile.payload.version,
    );
    ctx.reply().bulk(payload);
    Ok(())
}

/// Restores the libraries of a dump, all of them or none.
pub(super) fn restore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 4 {
        return Err(wrong_number(ctx, args));
    }
    let policy = args.get(3).unwrap_or(b"append").to_ascii_lowercase();
    if !matches!(policy.as_slice(), b"flush" | b"append" | b"replace") {
        return Err(
            "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE."
                .into(),
        );
    }
    let codes = dump::read(&args[2], ctx.state.profile.payload.version)?;
    let before = ctx.state.scripts.libraries.clone();
    if policy == b"flush" {
        ctx.state.scripts.libraries.clear();
    }
    for code in codes {
        if let Err(error) = add(ctx, args, &code, policy == b"replace") {
            ctx.state.scripts.libraries = before;
            return Err(error);
        }
    }
    ctx.count_changes(1);
    ctx.reply().ok();
    Ok(())
}

pub(super) fn kill(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    manage::kill_running(ctx, true)
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.function);
    Ok(())
}
