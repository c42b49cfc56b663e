//! The commands of a running script.

use super::Run;
use crate::catalogue::{Command, Flags};
use crate::commands::{Alone, Context, Standing, errors};
use crate::dispatch::{Dispatcher, admit, permission, redirect, run};
use crate::scripts::{Host, Interrupt};
use crate::state::access::Reason;
use crate::state::cluster::Slot;
use crate::wire::{Args, ErrorReply, Protocol};

/// Commands that a read-only script may not run.
const WRITES: Flags = Flags::of(&[Flags::WRITE, Flags::REPLICATED, Flags::MAY_REPLICATE]);

/// How many milliseconds a library may take to register its functions.
const LOAD_LIMIT: i64 = 500;

/// Runs commands for a script. In its context, `me` is the client of scripts.
pub(super) struct ScriptHost<'c, 's> {
    ctx: &'c mut Context<'s>,
    request: Args<'c>,
    is_read_only: bool,
    /// Its keys must be in one slot of the cluster.
    keeps_to_one_slot: bool,
    /// Commands that take memory are refused.
    lacks_memory: bool,
    /// The slot of the keys that it has used.
    slot: Option<Slot>,
    was_interrupted: bool,
    is_load: bool,
}

impl<'c, 's> ScriptHost<'c, 's> {
    pub(super) fn new(ctx: &'c mut Context<'s>, run: &Run<'_>, request: Args<'c>) -> Self {
        let is_checked = run.flags.is_some() && !run.has("allow-cross-slot-keys");
        let lacks_memory = !run.has("allow-oom") && ctx.state.is_out_of_memory();
        Self {
            ctx,
            request,
            lacks_memory,
            is_read_only: run.is_read_only || run.has("no-writes"),
            keeps_to_one_slot: is_checked,
            slot: None,
            was_interrupted: false,
            is_load: false,
        }
    }

    /// The host of a library that loads. It has little time, and nobody else is served.
    pub(super) fn of_load(ctx: &'c mut Context<'s>, run: &Run<'_>, request: Args<'c>) -> Self {
        Self { is_load: true, ..Self::new(ctx, run, request) }
    }

    /// Checks whether the script may run a command now.
    fn admit(&mut self, command: &'static Command, args: Args<'_>) -> Result<(), ErrorReply> {
        let texts = &self.ctx.state.profile.scripts.texts;
        if !command.accepts(args.len()) {
            return Err(texts.wrong_arity.into());
        }
        let flags = command.flags();
        if flags.contains(Flags::NOSCRIPT) && !self.ctx.state.debug.frees_scripts {
            return Err(texts.not_allowed.into());
        }
        self.check_permission(command, args)?;
        if self.is_read_only && flags.intersects(WRITES) {
            return Err(texts.read_only.into());
        }
        if self.lacks_memory && flags.contains(Flags::DENYOOM) {
            return Err(texts.out_of_memory.into());
        }
        if flags.contains(Flags::WRITE)
            && let Some(running) = &mut self.ctx.state.scripts.running
        {
            running.has_written = true;
        }
        self.check_slots(command, args)?;
        if !self.ctx.handlers.has(command, self.ctx.state.catalogue) {
            return Err(errors::not_implemented(command));
        }
        Ok(())
    }

    /// Counts an error of the script, which is not one of a command. Where errors are texts, it counts
    /// when the script ends with it.
    fn count(&mut self, error: ErrorReply) -> ErrorReply {
        let profile = self.ctx.state.profile;
        if profile.scripts.errors_are_tables {
            self.ctx.state.stats.count_error(&error, profile.error_stats_overflow);
        }
        error
    }

    fn find(&self, args: Args<'_>) -> Result<&'static Command, ErrorReply> {
        let ctx = &*self.ctx;
        let texts = &ctx.state.profile.scripts.texts;
        let found = admit::find(ctx, args)
            .ok()
            .filter(|command| command.is_listed || command.is_subcommand());
        found.ok_or_else(|| {
            let container = ctx.state.catalogue.find(&args[0]);
            match (container, args.get(1), texts.unknown_subcommand) {
                (Some(command), Some(name), Some(text)) => {
                    text(name, &command.name.to_ascii_uppercase()).without_breaks()
                }
                _ => texts.unknown_command.into(),
            }
        })
    }

    fn check_permission(&mut self, command: &Command, args: Args<'_>) -> Result<(), ErrorReply> {
        let Some((denied, name)) = permission::denied(self.ctx, command, args, true) else {
            return Ok(());
        };
        Err(match &self.ctx.state.profile.scripts.texts.denied {
            None => permission::refusal(self.ctx, "ERR ACL failure in script: ", &denied, name),
            Some(texts) => match denied.reason {
                Reason::Key => texts.key.into(),
                Reason::Channel => texts.channel.into(),
                _ => texts.command.into(),
            },
        })
    }

    /// Checks whether this node serves the keys of a command.
    fn check_slots(&mut self, command: &Command, args: Args<'_>) -> Result<(), ErrorReply> {
        if self.ctx.state.cluster.is_none() {
            return Ok(());
        }
        let behaviour = &self.ctx.state.profile.scripts;
        let texts = &behaviour.texts;
        if self.ctx.state.scripts.met_several_slots {
            return Err(texts.not_local.into());
        }
        if let Err(error) = redirect::redirect(self.ctx, command, args) {
            if !error.as_bytes().starts_with(b"CROSSSLOT") {
                return Err(texts.not_local.into());
            }
            self.ctx.state.scripts.met_several_slots = behaviour.keeps_several_slots;
            return Err(texts.several_slots.replace("{command}", command.name).into());
        }
        let search = self.ctx.state.profile.key_search;
        let Some(slot) = command.keys().names(search, args).next().map(Slot::of) else {
            return Ok(());
        };
        if self.keeps_to_one_slot && self.slot.is_some_and(|known| known != slot) {
            return Err(
                "ERR Script attempted to access keys that do not hash to the same slot".into()
            );
        }
        self.slot = Some(slot);
        Ok(())
    }
}

impl Host for ScriptHost<'_, '_> {
    fn call(&mut self, args: Args<'_>, reply: &mut Vec<u8>) -> Result<(), ErrorReply> {
        let command = self.find(args).map_err(|error| self.count(error))?;
        self.ctx.client_mut().last_command = Some(command);
        if let Err(error) = self.admit(command, args) {
            self.ctx.state.stats.calls[command.place].rejected += 1;
            return Err(self.count(error));
        }
        run::run(self.ctx, command, args);
        self.ctx.client_mut().output.take_into(reply);
        Ok(())
    }

    fn may_run(&mut self, args: Args<'_>) -> Result<bool, ErrorReply> {
        let scripts = &self.ctx.state.profile.scripts;
        let library = scripts.libraries.first().copied().unwrap_or_default();
        let command = admit::find(self.ctx, args).map_err(|_| {
            ErrorReply::from(format!("ERR Invalid command passed to {library}.acl_check_cmd()"))
        })?;
        if scripts.acl_check_counts && !command.accepts(args.len()) {
            let text = format!("ERR Wrong number of args for {library}.acl_check_cmd()");
            return Err(text.into());
        }
        Ok(permission::would_permit(self.ctx, command, args))
    }

    fn speak(&mut self, protocol: Protocol) {
        self.ctx.client_mut().session.protocol = protocol;
    }

    fn has_written(&self) -> bool {
        self.ctx.state.scripts.running.as_ref().is_some_and(|running| running.has_written)
    }

    fn interrupt(&mut self) -> Interrupt {
        let ctx = &mut *self.ctx;
        let is_first = !std::mem::replace(&mut self.was_interrupted, true);
        let limit = if self.is_load { LOAD_LIMIT } else { ctx.state.config.busy_threshold };
        match ctx.outside.standing(is_first, limit) {
            Standing::InTime => return Interrupt::Continue,
            Standing::Late if self.is_load => return Interrupt::Kill,
            Standing::Over => return Interrupt::Kill,
            Standing::Late => {}
        }
        if let Some(running) = &mut ctx.state.scripts.running {
            if !running.is_busy {
                running.request = self.request.to_request();
            }
            running.is_busy = true;
        }
        let (handlers, now) = (ctx.handlers, ctx.now);
        let suspended = ctx.state.suspend();
        ctx.outside.serve(ctx.state, ctx.caller, &mut |state, key, bytes| {
            Dispatcher { state, handlers, outside: &mut Alone }.receive(key, bytes, now);
        });
        ctx.state.resume(suspended);
        let is_killed = ctx.state.scripts.running.as_ref().is_none_or(|running| running.is_killed);
        match is_killed || ctx.state.is_shut_down {
            true => Interrupt::Kill,
            false => Interrupt::Continue,
        }
    }
}
